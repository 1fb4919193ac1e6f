// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/transport.hpp>

#include "core/clock.hpp"
#include "wire/connector.hpp"
#include "wire/curl_multi.hpp"

namespace easypost_connect::internal {

/// A connection that libcurl makes, and on which it only encrypts (CURLOPT_CONNECT_ONLY): names, addresses, proxies,
/// TLS and its sessions are libcurl's; what is said on it is its user's. May be opened again and again, to any host,
/// and resumes TLS sessions then. Every wait ends at a moment that is given, and at wake(). One thread at a time, but
/// for wake().
class Connection {
 public:
  explicit Connection(const ConnectionSetup& setup);
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Why it must not be used.
  [[nodiscard]] std::optional<Error> refusal() const;
  [[nodiscard]] bool usable() const noexcept { return multi_.usable() && connector_.usable(); }

  /// The host and port it was opened to last; empty: none yet.
  [[nodiscard]] const std::string& authority() const noexcept { return authority_; }

  /// Whether it is open to the host of `url` and may be used again: it is not too old, and the other side has neither
  /// ended it nor said anything that nobody asked for. Closes it otherwise.
  [[nodiscard]] bool is_ready_for(std::string_view url);

  /// Closes it, and opens it to the host of `url`, which must outlive what is said on it.
  [[nodiscard]] CURLcode open(std::string_view url, SteadyTime end, const CancellationToken& cancellation);
  void close() noexcept;
  /// It goes on from here: its idle time begins anew.
  void keep() noexcept { used_at_ = std::chrono::steady_clock::now(); }

  /// Sends some bytes, and takes them from the front of `bytes`. CURLE_AGAIN: wait for kWritable.
  [[nodiscard]] CURLcode send(std::string_view& bytes) noexcept;
  /// CURLE_AGAIN: wait for kReadable. CURLE_OK and none: the other side has ended the connection.
  [[nodiscard]] CURLcode receive(char* buffer, std::size_t capacity, std::size_t& received) noexcept;
  /// False: whatever went wrong before, without the certificate that the server asked for no request goes out.
  [[nodiscard]] bool may_carry_request() noexcept { return connector_.take(tls_); }
  /// The other side has said that nothing more will come (close_notify), before the connection ended.
  [[nodiscard]] bool ended_orderly() const noexcept { return tls_ && tls_->evidence().close_notified; }

  enum Events : short { kReadable = CURL_WAIT_POLLIN, kReadableOrWritable = CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT };
  /// Until one of the events. CURLE_OPERATION_TIMEDOUT at `end`, CURLE_ABORTED_BY_CALLBACK when cancelled.
  [[nodiscard]] CURLcode wait(Events events, SteadyTime end, const CancellationToken& cancellation) noexcept;
  [[nodiscard]] bool readable() const noexcept { return readable_; }  ///< at the last wait()

  /// Ends a wait, or the next one, so that it looks at its cancellation. From any thread.
  void wake() noexcept { curl_multi_wakeup(multi_.get()); }

  /// How the last way to a server went, and what went wrong on it.
  [[nodiscard]] Connector& connector() noexcept { return connector_; }
  [[nodiscard]] const Connector& connector() const noexcept { return connector_; }

 private:
  [[nodiscard]] CURLcode wait_until_open(SteadyTime end, const CancellationToken& cancellation) noexcept;
  [[nodiscard]] CURLcode step(curl_waitfd* socket, SteadyTime end, const CancellationToken& cancellation) noexcept;
  [[nodiscard]] bool is_silent() noexcept;

  static std::size_t on_proxy_line(char* data, std::size_t size, std::size_t count, void* connector) noexcept;

  CurlMulti multi_;
  Connector connector_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::shared_ptr<TlsConnection> tls_;  // null: it is closed
  std::string authority_;
  SteadyTime opened_at_{};
  SteadyTime used_at_{};
  bool readable_ = false;
};

}  // namespace easypost_connect::internal
