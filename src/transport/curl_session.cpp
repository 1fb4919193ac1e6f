// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_session.hpp"

#include <algorithm>
#include <utility>

#include <easypost_connect/version.hpp>

#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "transport/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

std::chrono::milliseconds time_left(SteadyTime deadline) noexcept {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
}

/// A server that refuses a request before it has read all of it may end the connection behind its answer: the status
/// says more than that end does.
bool is_refused_early(CURLcode code, long status) noexcept {
  const bool ended = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_PARTIAL_FILE ||
                     code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
  return ended && status >= 400;
}

}  // namespace

CurlSession::CurlSession(std::shared_ptr<const TlsIdentity> identity, AcceptingHosts& accepting_hosts,
                         std::chrono::milliseconds connect_timeout, HttpVersion http_version)
    : identity_(std::move(identity)), accepting_hosts_(accepting_hosts), multi_(curl_multi_init()) {
  configure_once(connect_timeout, http_version);
}

CurlSession::~CurlSession() = default;

void CurlSession::configure_once(std::chrono::milliseconds connect_timeout, HttpVersion http_version) noexcept {
  // A guest in the process: no signals, no terminal, no .netrc, no cookies (the latter two are libcurl's default).
  easy_.set<CURLOPT_NOSIGNAL>(1L);
  easy_.set<CURLOPT_ERRORBUFFER>(error_text_.data());
  easy_.set<CURLOPT_USERAGENT>("easypost-connect-cpp/" EASYPOST_CONNECT_VERSION);
#if LIBCURL_VERSION_NUM >= 0x075700
  easy_.set<CURLOPT_QUICK_EXIT>(1L);  // a deadline does not wait for a name lookup that hangs
#endif
  easy_.set<CURLOPT_CONNECTTIMEOUT_MS>(static_cast<long>(connect_timeout.count()));

  // Credentials go to one host, over TLS, and never to a proxy.
#if LIBCURL_VERSION_NUM >= 0x075500
  easy_.set<CURLOPT_PROTOCOLS_STR>("https");
#else
  easy_.set<CURLOPT_PROTOCOLS>(static_cast<long>(CURLPROTO_HTTPS));
#endif
  easy_.set<CURLOPT_FOLLOWLOCATION>(0L);
  easy_.set<CURLOPT_HEADEROPT>(static_cast<long>(CURLHEADER_SEPARATE));
  easy_.set<CURLOPT_SUPPRESS_CONNECT_HEADERS>(1L);
  easy_.set<CURLOPT_HTTP_VERSION>(
      static_cast<long>(http_version == HttpVersion::kHttp2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));

  easy_.set<CURLOPT_SSLVERSION>(static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  easy_.set<CURLOPT_SSL_VERIFYPEER>(1L);
  easy_.set<CURLOPT_SSL_VERIFYHOST>(2L);
  // The identity brings its own trust store; libcurl would read and parse the system's for every connection.
  easy_.set<CURLOPT_CAINFO>(nullptr);
  easy_.set<CURLOPT_CAPATH>(nullptr);
  easy_.set<CURLOPT_SSL_CTX_FUNCTION>(&CurlSession::on_tls_context);
  easy_.set<CURLOPT_SSL_CTX_DATA>(this);

  easy_.set<CURLOPT_HEADERFUNCTION>(&ResponseSink::on_header);
  easy_.set<CURLOPT_HEADERDATA>(&sink_);
  easy_.set<CURLOPT_WRITEFUNCTION>(&ResponseSink::on_body);
  easy_.set<CURLOPT_WRITEDATA>(&sink_);
  easy_.set<CURLOPT_READFUNCTION>(&RequestBody::on_read);
  easy_.set<CURLOPT_READDATA>(&body_);
  easy_.set<CURLOPT_SEEKFUNCTION>(&RequestBody::on_seek);
  easy_.set<CURLOPT_SEEKDATA>(&body_);
}

CURLcode CurlSession::on_tls_context(CURL* /*handle*/, void* context, void* session) noexcept {
  auto& self = *static_cast<CurlSession*>(session);
  auto* ssl_context = static_cast<SSL_CTX*>(context);
  self.evidence_.watch(ssl_context);
  self.identity_->install_trust(ssl_context);
  SSL_CTX_set_cert_cb(ssl_context, &CurlSession::on_certificate_request, &self);
  return CURLE_OK;
}

/// The server asks for a certificate. libcurl makes the same context for a proxy that is spoken to over TLS: the
/// certificate is for the host of the URL only. (A host that is an IP address has no name in the handshake.)
int CurlSession::on_certificate_request(SSL* connection, void* session) noexcept {
  auto& self = *static_cast<CurlSession*>(session);
  const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr ? !equals_ignoring_case(name, self.target_.host) : !self.target_.host_is_ip_address()) return 1;
  self.evidence_.certificate_requested = true;
  if (!self.identity_->has_certificate()) return 1;
  return self.identity_->present(connection) ? 1 : 0;
}

Result<Response> CurlSession::send(const Request& request, const CallContext& context) {
  prepare(request, context);
  if (const CURLcode refusal = easy_.refusal(); refusal != CURLE_OK || !multi_) {
    return make_error(ErrorCode::kConnection, Factor::kRequest,
                      std::string("libcurl refused to be configured: ") + curl_easy_strerror(refusal) + ".",
                      "Check the version and the features of libcurl.");
  }
  if (context.cancellation.cancelled()) return cancelled_error();
  const CURLcode code = transfer(context);
  if (code == CURLE_OK || is_refused_early(code, easy_.info<long>(CURLINFO_RESPONSE_CODE))) return response();
  if (context.cancellation.cancelled()) return cancelled_error();
  if (sink_.too_large()) return too_large(context);
  return failure(code);
}

Error CurlSession::too_large(const CallContext& context) const {
  if (sink_.headers_too_large()) {
    return make_error(ErrorCode::kResponseTooLarge, Factor::kService, "The answer has more than 256 KiB of headers.",
                      "Check that the URL leads to the API.");
  }
  return make_error(ErrorCode::kResponseTooLarge, Factor::kService,
                    "The answer is larger than " + std::to_string(context.max_response_bytes) + " bytes.",
                    "Ask for less at a time, or raise max_response_bytes.");
}

void CurlSession::prepare(const Request& request, const CallContext& context) {
  sink_.reset(context.max_response_bytes);
  error_text_[0] = '\0';
  evidence_ = {};
  if (url_ != context.url) set_url(context.url);
  if (headers_.update(request, context)) easy_.set<CURLOPT_HTTPHEADER>(headers_.get());
  set_method(request);
}

/// Given a string, libcurl takes it apart and puts it together again for every transfer: 7 % of all instructions.
void CurlSession::set_url(const std::string& url) {
  url_ = url;
  target_ = UrlView(url_);
  easy_.set<CURLOPT_URL>(url_.c_str());
  const bool parsed = curl_url_set(parsed_url_.get(), CURLUPART_URL, url_.c_str(), 0) == CURLUE_OK;
  easy_.set<CURLOPT_CURLU>(parsed ? parsed_url_.get() : nullptr);  // without it, libcurl says what is wrong
}

void CurlSession::set_method(const Request& request) noexcept {
  if (request.method == Method::kHead) {
    easy_.set<CURLOPT_NOBODY>(1L);
  } else if (has_body(request)) {
    easy_.set<CURLOPT_POST>(1L);
    set_body(request);
  } else {
    easy_.set<CURLOPT_HTTPGET>(1L);
  }
  const bool implied =
      request.method == Method::kHead || request.method == (has_body(request) ? Method::kPost : Method::kGet);
  easy_.set<CURLOPT_CUSTOMREQUEST>(implied ? nullptr : to_string(request.method).data());
  // An empty body needs no rewinding, so RequestBody could not refuse; on a new connection libcurl does not send twice.
  easy_.set<CURLOPT_FRESH_CONNECT>(!is_idempotent(request.method) && request.body.empty() ? 1L : 0L);
}

/// Neither way copies the body: the request outlives the transfer.
void CurlSession::set_body(const Request& request) noexcept {
  body_.reset(request.body);
  easy_.set<CURLOPT_POSTFIELDS>(is_idempotent(request.method) ? request.body.data() : nullptr);
  easy_.set<CURLOPT_POSTFIELDSIZE_LARGE>(static_cast<curl_off_t>(request.body.size()));
}

Response CurlSession::response() {
  Response response = sink_.take(static_cast<int>(easy_.info<long>(CURLINFO_RESPONSE_CODE)));
  response.connection_reused = easy_.info<long>(CURLINFO_NUM_CONNECTS) == 0;
  if (response.status >= 200 && response.status < 300) remember_acceptance();
  return response;
}

/// Without the lock for every call but a session's first to a host.
void CurlSession::remember_acceptance() {
  if (!identity_->has_certificate() || accepted_by_ == target_.authority) return;
  accepted_by_ = target_.authority;
  accepting_hosts_.add(accepted_by_);
}

CURLcode CurlSession::transfer(const CallContext& context) {
  const CancellationCallback wake(context.cancellation, [this] { curl_multi_wakeup(multi_.get()); });
  if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  const CURLcode code = wait_for_end(context);
  curl_multi_remove_handle(multi_.get(), easy_.get());  // closes the connection if the transfer has not ended
  return code;
}

CURLcode CurlSession::wait_for_end(const CallContext& context) noexcept {
  for (;;) {
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_FAILED_INIT;
    if (running == 0) break;
    const auto left = time_left(context.deadline);
    if (left.count() <= 0) return CURLE_OPERATION_TIMEDOUT;
    if (context.cancellation.cancelled()) return CURLE_ABORTED_BY_CALLBACK;
    const auto step = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
    if (curl_multi_poll(multi_.get(), nullptr, 0, step, nullptr) != CURLM_OK) return CURLE_FAILED_INIT;
  }
  int queued = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued);
  return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

ConnectionTrace CurlSession::trace() const {
  // libcurl counts each moment from the start of the transfer; zero: it never came.
  const auto moment = [this](CURLINFO what) { return std::chrono::microseconds(easy_.info<curl_off_t>(what)); };
  const auto between = [](std::chrono::microseconds from, std::chrono::microseconds to) {
    return std::max(to - from, std::chrono::microseconds(0));
  };
  const auto resolved = moment(CURLINFO_NAMELOOKUP_TIME_T);
  const auto connected = moment(CURLINFO_CONNECT_TIME_T);
  const auto secured = moment(CURLINFO_APPCONNECT_TIME_T);
  ConnectionTrace trace;
  trace.name_lookup = resolved;
  trace.connect = between(resolved, connected);
  trace.handshake = between(connected, secured);
  trace.answer = between(secured, moment(CURLINFO_STARTTRANSFER_TIME_T));
  const char* address = easy_.info<const char*>(CURLINFO_PRIMARY_IP);
  trace.address = address != nullptr ? address : "";
  trace.port = easy_.info<long>(CURLINFO_PRIMARY_PORT);
  trace.tls_version = evidence_.version;
  trace.certificate_requested = evidence_.certificate_requested;
  return trace;
}

Error CurlSession::failure(CURLcode code) const {
  FailedTransfer failed;
  failed.code = code;
  failed.text = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
  failed.verify_result = easy_.info<long>(CURLINFO_SSL_VERIFYRESULT);
  failed.proxy_verify_result = easy_.info<long>(CURLINFO_PROXY_SSL_VERIFYRESULT);
  failed.request_bytes_sent = easy_.info<long>(CURLINFO_REQUEST_SIZE);
  failed.identity_given = identity_->has_certificate();
  failed.accepted_before = accepting_hosts_.contains(target_.authority);
  failed.proxy_status = easy_.info<long>(CURLINFO_HTTP_CONNECTCODE);
  failed.tls = evidence_;
  return transfer_error(failed);
}

}  // namespace easypost_connect::internal
