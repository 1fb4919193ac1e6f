// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/request.hpp>

#include "body/body.hpp"
#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// The set of hosts, each with its port, of which all connections of one identity know something. Thread-safe.
class HostSet {
 public:
  void add(std::string_view authority) {
    const std::lock_guard lock(mutex_);
    if (!holds(authority)) hosts_.emplace_back(authority);
  }
  [[nodiscard]] bool contains(std::string_view authority) const {
    const std::lock_guard lock(mutex_);
    return holds(authority);
  }

 private:
  [[nodiscard]] bool holds(std::string_view authority) const {
    return std::find(hosts_.begin(), hosts_.end(), authority) != hosts_.end();
  }

  mutable std::mutex mutex_;
  std::vector<std::string> hosts_;
};

/// The setup that all connections of one identity have in common. Copies share it; any thread may use a copy.
struct ConnectionSetup {
  /// If there is no identity, the connections are without TLS and go to http URLs only. All others go to https URLs
  /// only.
  std::shared_ptr<const TlsIdentity> identity;
  std::chrono::milliseconds connect_timeout;
  ConnectionOptions options;
  /// The hosts that have answered 2xx. When one of them ends a connection without a word, the certificate is hardly the
  /// reason.
  std::shared_ptr<HostSet> accepting_hosts = std::make_shared<HostSet>();
  /// The hosts that have asked for the certificate. They do not ask again when a session is resumed, because they take
  /// the certificate as shown.
  std::shared_ptr<HostSet> asking_hosts = std::make_shared<HostSet>();
};

/// The version that is offered to a server (ALPN, RFC 7301). kHttp2 includes HTTP/1.1, for a server that speaks no
/// other.
enum class HttpVersion { kHttp1, kHttp2 };

/// An upload from 2 MiB on is worth a handshake for a connection of its own. Servers give an upload over HTTP/2 a
/// window of 64 KiB: it costs them and this side half as much CPU again as over HTTP/1.1 (measured: nginx), and holds
/// up the calls that share its connection.
inline constexpr std::uint64_t kWorthAConnection = std::uint64_t{2} * 1024 * 1024;

/// Chooses HTTP/1.1 for a request whose bodies are better off on a connection of their own, because they are large, or
/// may be, or come from a function. All other requests share a connection of HTTP/2.
[[nodiscard]] inline HttpVersion version_for(const Request& request) noexcept {
  const bool large = size_of(request.body).value_or(kWorthAConnection) >= kWorthAConnection;
  const bool on_a_new_connection = !repeatable(request.body);
  const bool for_a_sink = drain_of(request.options.sink) != nullptr;
  return large || on_a_new_connection || for_a_sink ? HttpVersion::kHttp1 : HttpVersion::kHttp2;
}

}  // namespace easypost_connect::internal
