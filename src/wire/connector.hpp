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
#include "wire/proxy_answer.hpp"
#include "wire/proxy_error.hpp"
#include "wire/tls_connection.hpp"

namespace easypost_connect::internal {

/// An easy handle that reaches servers: by name and address, through a proxy, over TLS with one identity. What is said
/// on a connection then is not its business; what went wrong on the way is. One thread at a time.
class Connector {
 public:
  explicit Connector(ConnectionSetup setup);
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  [[nodiscard]] CURL* handle() const noexcept { return easy_.get(); }
  [[nodiscard]] CurlHandle& easy() noexcept { return easy_; }
  [[nodiscard]] const CurlHandle& easy() const noexcept { return easy_; }
  [[nodiscard]] const ConnectionSetup& setup() const noexcept { return setup_; }

  /// False when libcurl refused an option: nothing will be sent with this handle any more.
  [[nodiscard]] bool usable() const noexcept { return easy_.refusal() == CURLE_OK; }
  /// Why not, or why libcurl would not take the transfer.
  [[nodiscard]] Error refusal() const;

  /// What has come is read from the socket as far as it goes, not record by record. Only for who reads it until there
  /// is no more before he waits for the socket again: libcurl itself does not.
  void read_ahead() noexcept { reads_ahead_ = true; }

  /// Forgets the last transfer; the next one goes to the host of `url`, which must outlive it.
  void begin(std::string_view url) noexcept;

  /// The connection that a request may go out on, null if there is none. False: whatever went wrong before, without the
  /// certificate that the server asked for none goes out.
  [[nodiscard]] bool take(std::shared_ptr<TlsConnection> connection) noexcept;
  /// The one that is being made, or was taken last; null: none.
  [[nodiscard]] const std::shared_ptr<TlsConnection>& connection() const noexcept { return connection_; }

  /// A header of a proxy's answer to CONNECT. False: out of memory.
  [[nodiscard]] bool take_proxy_line(std::string_view line) noexcept { return proxy_answer_.add_line(line); }

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
  void configure_connections() noexcept;
  void configure_tls() noexcept;
  void remember_acceptance();
  void remember_request_for_certificate() const;
  [[nodiscard]] ProxyEvidence proxy_evidence(const Sent& sent) const;

  static CURLcode on_tls_context(CURL* handle, void* opaque, void* connector) noexcept;

  const ConnectionSetup setup_;
  // Callbacks write into these while a transfer ends, so they outlive the handle.
  std::shared_ptr<TlsConnection> connection_;
  ProxyAnswer proxy_answer_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::string_view url_;
  UrlView target_;           // the parts of url_
  std::string accepted_by_;  // the last host that this handle has told the others of
  bool reads_ahead_ = false;
  bool unfit_ = false;  // the connection may not carry a request
  CurlHandle easy_;
};

}  // namespace easypost_connect::internal
