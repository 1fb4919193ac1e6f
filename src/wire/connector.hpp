// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "core/url_view.hpp"
#include "wire/connection_setup.hpp"
#include "wire/connection_trace.hpp"
#include "wire/curl_handle.hpp"
#include "wire/http_version.hpp"
#include "wire/proxy_answer.hpp"
#include "wire/proxy_error.hpp"
#include "wire/tls_connection.hpp"

namespace easypost_connect::internal {

/// An easy handle that reaches servers: by name and address, through a proxy, over TLS with one identity. What is said
/// on a connection then is not its business (CURLOPT_CONNECT_ONLY); what went wrong on the way is. One thread at a
/// time.
class Connector {
 public:
  /// libcurl offers no protocol by ALPN: it would speak HTTP/2 itself. This does, and to the server only.
  Connector(ConnectionSetup setup, HttpVersion offered);
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  [[nodiscard]] CURL* handle() const noexcept { return easy_.get(); }
  [[nodiscard]] CurlHandle& easy() noexcept { return easy_; }
  [[nodiscard]] const CurlHandle& easy() const noexcept { return easy_; }
  [[nodiscard]] const ConnectionSetup& setup() const noexcept { return setup_; }
  [[nodiscard]] HttpVersion offered() const noexcept { return offered_; }

  /// False when libcurl refused an option: nothing will be sent with this handle any more.
  [[nodiscard]] bool usable() const noexcept { return easy_.refusal() == CURLE_OK; }
  /// Why not, or why libcurl would not take the transfer.
  [[nodiscard]] Error refusal() const;

  /// The next connection goes to the host of `url`.
  void begin(std::string_view url);
  /// The host, and the port unless it is 443; empty: begin() was never called.
  [[nodiscard]] std::string_view authority() const noexcept { return target_.authority; }

  /// What TLS made of the connection; null: it has not come so far.
  [[nodiscard]] const std::shared_ptr<TlsConnection>& connection() const noexcept { return connection_; }
  /// False: without the certificate that the server asked for, no request may go out on it.
  [[nodiscard]] bool may_carry_request() noexcept;

  /// An answer with that status has come over the connection.
  void answered(int status);

  /// How far a request came.
  struct Sent {
    bool begun = false;  ///< there was a connection to the server to send it on
    long bytes = 0;      ///< of it, not of what was said to a proxy
    long status = 0;     ///< of an answer whose head has come
  };
  /// Which of the things a connection depends on failed. `words`: what was seen; empty: what libcurl says.
  [[nodiscard]] Error failure(CURLcode code, const Sent& sent, std::string_view words = {}) const;

  /// The way of the last connection that was made, as far as it came, without the answer.
  [[nodiscard]] ConnectionTrace trace() const;

 private:
  void configure_guest() noexcept;
  void configure_http() noexcept;
  void configure_connections() noexcept;
  void configure_tls() noexcept;
  [[nodiscard]] bool presents_certificate() const noexcept {
    return setup_.identity != nullptr && setup_.identity->has_certificate();
  }
  void remember_acceptance();
  void remember_request_for_certificate() const;
  [[nodiscard]] ProxyEvidence proxy_evidence(const Sent& sent) const;

  [[nodiscard]] bool configure_server(SSL_CTX* context) const noexcept;

  static CURLcode on_tls_context(CURL* handle, void* opaque, void* connector) noexcept;
  static std::size_t on_proxy_line(char* data, std::size_t size, std::size_t count, void* connector) noexcept;

  const ConnectionSetup setup_;
  const HttpVersion offered_;
  // Callbacks write into these while a transfer ends, so they outlive the handle.
  std::shared_ptr<TlsConnection> connection_;
  ProxyAnswer proxy_answer_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::string origin_;       // of the URL: scheme, host and port
  UrlView target_;           // the parts of origin_
  std::string accepted_by_;  // the last host that this handle has told the others of
  bool unfit_ = false;       // the connection may not carry a request
  CurlHandle easy_;
};

}  // namespace easypost_connect::internal
