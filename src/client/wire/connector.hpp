// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/url.hpp"
#include "wire/connection_setup.hpp"
#include "wire/curl_handle.hpp"
#include "wire/proxy_error.hpp"
#include "wire/tls_connection.hpp"

namespace easypost_connect::internal {

/// Says how far a transfer came and how long each part of the way took. A zero means that the part was not finished, or
/// was not needed because the connection was open before. Name and address are the proxy's if there is one.
struct ConnectionTrace {
  std::chrono::microseconds name_lookup{0};
  std::chrono::microseconds connect{0};    ///< TCP
  std::chrono::microseconds handshake{0};  ///< TLS
  std::chrono::microseconds answer{0};     ///< time between the end of the request and the first byte of the answer
  std::string address;                     ///< IP address of the other side; empty if it was never connected
  long port = 0;
  std::string_view tls_version;        ///< "TLSv1.3"; empty if no handshake was finished
  bool certificate_requested = false;  ///< the server asked for a client certificate
  bool certificate_shown = false;      ///< the certificate was sent, and the proof with its key
};

/// An easy handle that reaches servers by name and address, through a proxy, over TLS with one identity. The bytes
/// on a connection are not its business (CURLOPT_CONNECT_ONLY); what went wrong on the way is. One thread at a time.
class Connector {
 public:
  /// libcurl offers no protocol by ALPN here, because it would speak HTTP/2 itself. The Connector offers `offered`, and
  /// only to the server.
  Connector(ConnectionSetup setup, HttpVersion offered);
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  [[nodiscard]] CURL* handle() const noexcept { return easy_.get(); }
  [[nodiscard]] CurlHandle& easy() noexcept { return easy_; }
  [[nodiscard]] const CurlHandle& easy() const noexcept { return easy_; }
  [[nodiscard]] const ConnectionSetup& setup() const noexcept { return setup_; }
  [[nodiscard]] HttpVersion offered() const noexcept { return offered_; }

  /// Tells whether libcurl took every option. Otherwise nothing will be sent with this handle any more.
  [[nodiscard]] bool usable() const noexcept { return easy_.refusal() == CURLE_OK; }
  /// Says why the handle is not usable, or why libcurl would not take the transfer.
  [[nodiscard]] Error refusal() const;

  /// Sends the next connection to the host of `url`.
  void begin(std::string_view url);
  /// Returns the host, and the port unless it is 443. The text is empty before the first begin().
  [[nodiscard]] std::string_view authority() const noexcept { return target_.authority; }

  /// Returns what TLS made of the connection; null if it did not come so far.
  [[nodiscard]] const std::shared_ptr<TlsConnection>& connection() const noexcept { return connection_; }
  /// Tells whether a request may go out on the connection. A request must not go out without the certificate that the
  /// server asked for.
  [[nodiscard]] bool may_carry_request() noexcept;

  /// Notes that an answer with that status has come over the connection.
  void answered(int status);

  /// Says how far a request came.
  struct Sent {
    bool begun = false;  ///< there was a connection to the server to send it on
    long bytes = 0;      ///< bytes of the request, not of what was said to a proxy
    long status = 0;     ///< status of an answer whose head has come
    bool whole = false;  ///< all of the request was handed to the connection
  };
  /// Says which of the things a connection depends on failed. `words` say what was seen; if they are empty, libcurl's
  /// words are taken.
  [[nodiscard]] Error failure(CURLcode code, const Sent& sent, std::string_view words = {}) const;

  /// Describes the last connection that was made, as far as it came. The time of the answer is left out.
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
  std::string origin_;       // scheme, host and port of the URL
  Url target_;               // the parts of origin_
  std::string accepted_by_;  // the last host that this handle has added to accepting_hosts
  bool unfit_ = false;       // the connection may not carry a request
  CurlHandle easy_;
};

}  // namespace easypost_connect::internal
