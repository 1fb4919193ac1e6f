// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>

#include <easypost_connect/transport.hpp>

#include "core/url_view.hpp"
#include "identity/tls_identity.hpp"
#include "transport/accepting_hosts.hpp"
#include "transport/connection_trace.hpp"
#include "transport/curl_handle.hpp"
#include "transport/header_list.hpp"
#include "transport/request_body.hpp"
#include "transport/response_sink.hpp"
#include "transport/tls_evidence.hpp"

namespace easypost_connect::internal {

struct CurlMultiCleanup {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

struct CurlUrlCleanup {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

/// What to speak inside TLS; kHttp2 falls back to HTTP/1.1 where the server knows no other (ALPN, RFC 7301).
enum class HttpVersion { kHttp1, kHttp2 };

/// One easy handle, configured once for one TLS identity, with its own connection and all that a transfer needs.
///
/// From call to call only what differs is set again: libcurl's reset-and-set-everything costs 13 % more CPU per
/// request. The handle runs in a multi handle of its own, because that one can be waited for with a deadline and be
/// woken. One thread at a time.
class CurlSession {
 public:
  /// `accepting_hosts` is shared by all sessions of that identity, and outlives them.
  CurlSession(std::shared_ptr<const TlsIdentity> identity, AcceptingHosts& accepting_hosts,
              std::chrono::milliseconds connect_timeout, HttpVersion http_version);
  ~CurlSession();
  CurlSession(const CurlSession&) = delete;
  CurlSession& operator=(const CurlSession&) = delete;

  [[nodiscard]] Result<Response> send(const Request& request, const CallContext& context);

  /// False when libcurl refused an option: nothing will be sent with this session any more.
  [[nodiscard]] bool usable() const noexcept { return easy_.refusal() == CURLE_OK; }

  /// The way of the last transfer, whether it succeeded or not.
  [[nodiscard]] ConnectionTrace trace() const;

 private:
  void configure_once(std::chrono::milliseconds connect_timeout, HttpVersion http_version) noexcept;
  void prepare(const Request& request, const CallContext& context);
  void set_url(const std::string& url);
  void set_method(const Request& request) noexcept;
  void set_body(const Request& request) noexcept;
  [[nodiscard]] CURLcode transfer(const CallContext& context);
  [[nodiscard]] CURLcode wait_for_end(const CallContext& context) noexcept;
  [[nodiscard]] Response response();
  void remember_acceptance();
  [[nodiscard]] Error too_large(const CallContext& context) const;
  [[nodiscard]] Error failure(CURLcode code) const;

  static CURLcode on_tls_context(CURL* handle, void* context, void* session) noexcept;
  static int on_certificate_request(SSL* connection, void* session) noexcept;

  std::shared_ptr<const TlsIdentity> identity_;
  AcceptingHosts& accepting_hosts_;
  // Callbacks write into these while a transfer or a connection ends, so they outlive both handles.
  TlsEvidence evidence_;
  ResponseSink sink_;
  RequestBody body_;
  HeaderList headers_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::string url_;
  UrlView target_;                                                 // the parts of url_, as the SDK reads them
  std::unique_ptr<CURLU, CurlUrlCleanup> parsed_url_{curl_url()};  // and as libcurl does
  std::string accepted_by_;  // the last host that this session has told accepting_hosts_
  std::unique_ptr<CURLM, CurlMultiCleanup> multi_;
  CurlHandle easy_;
};

}  // namespace easypost_connect::internal
