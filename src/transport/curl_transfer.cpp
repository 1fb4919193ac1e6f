// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_transfer.hpp"

#include <new>
#include <utility>

#include <easypost_connect/version.hpp>

#include "core/make_error.hpp"
#include "transport/curl_library.hpp"
#include "transport/newer_curl.hpp"
#include "transport/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr long kExpectationFailed = 417;

/// A server that refuses a request before it has read all of it may end the connection behind its answer: the status
/// says more than that end does. Behind these two, may_begin() ends it, when libcurl would send the request again.
bool is_refused_early(CURLcode code, long status) noexcept {
  if (code == CURLE_ABORTED_BY_CALLBACK) return status == kProxyAuthenticationRequired || status == kExpectationFailed;
  return connection_ended(code) && status >= 400;
}

/// The highest version is named for the server only. libcurl keeps the TLS settings of a proxy apart from it, and runs
/// the same hook for both: so this tells them apart, by whatever name or address they go. It names the highest there
/// is.
constexpr long kLowestVersion = CURL_SSLVERSION_TLSv1_2;
constexpr long kHighestVersion = CURL_SSLVERSION_MAX_TLSv1_3;

TlsConnection::Peer peer_of(SSL_CTX* context) noexcept {
  return SSL_CTX_get_max_proto_version(context) == TLS1_3_VERSION ? TlsConnection::Peer::kServer
                                                                  : TlsConnection::Peer::kProxy;
}

}  // namespace

CurlTransfer::CurlTransfer(ConnectionSetup setup, HttpVersion http_version) : setup_(std::move(setup)) {
  configure_once(http_version);
  configure_connections();
}

void CurlTransfer::configure_once(HttpVersion http_version) noexcept {
  // A guest in the process: no signals, no terminal, no .netrc, no cookies (the latter two are libcurl's default).
  easy_.set<CURLOPT_NOSIGNAL>(1L);
  easy_.set<CURLOPT_ERRORBUFFER>(error_text_.data());
  easy_.set<CURLOPT_USERAGENT>("easypost-connect-cpp/" EASYPOST_CONNECT_VERSION);
  easy_.offer<newer::kQuickExit>(1L);  // a deadline does not wait for a name lookup that hangs

  // Credentials go to one host, over TLS, and never to a proxy.
  if (!easy_.offer<newer::kProtocolsStr>("https")) easy_.set<kProtocolsOption>(static_cast<long>(CURLPROTO_HTTPS));
  easy_.set<CURLOPT_FOLLOWLOCATION>(0L);
  easy_.set<CURLOPT_PATH_AS_IS>(1L);  // a signature holds for the path as it was written
  easy_.set<CURLOPT_HEADEROPT>(static_cast<long>(CURLHEADER_SEPARATE));
  easy_.set<CURLOPT_PROXYAUTH>(proxy_schemes(proxy_setting().login));
  const bool multiplexed = http_version == HttpVersion::kHttp2 && libcurl_speaks_http2();
  easy_.set<CURLOPT_HTTP_VERSION>(static_cast<long>(multiplexed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  easy_.set<CURLOPT_PIPEWAIT>(multiplexed ? 1L : 0L);

  easy_.set<CURLOPT_HEADERFUNCTION>(&CurlTransfer::on_header);
  easy_.set<CURLOPT_HEADERDATA>(this);
  easy_.set<CURLOPT_WRITEFUNCTION>(&CurlTransfer::on_body);
  easy_.set<CURLOPT_WRITEDATA>(this);
  easy_.set<CURLOPT_READFUNCTION>(&CurlTransfer::on_read);
  easy_.set<CURLOPT_READDATA>(this);
  easy_.set<CURLOPT_SEEKFUNCTION>(&RequestBody::on_seek);
  easy_.set<CURLOPT_SEEKDATA>(&body_);
}

/// How they are made, and how long they are used.
void CurlTransfer::configure_connections() noexcept {
  easy_.set<CURLOPT_CONNECTTIMEOUT_MS>(static_cast<long>(setup_.connect_timeout.count()));
  easy_.set<CURLOPT_MAXAGE_CONN>(static_cast<long>(setup_.options.idle_timeout.count()));
  easy_.offer<newer::kMaxLifetimeConn>(static_cast<long>(setup_.options.lifetime.count()));
  if (setup_.options.max_idle == 0) easy_.set<CURLOPT_FORBID_REUSE>(1L);  // once no transfer is under way on it
  const auto keep_alive = static_cast<long>(setup_.options.keep_alive.count());
  easy_.set<CURLOPT_TCP_KEEPALIVE>(keep_alive > 0 ? 1L : 0L);
  if (keep_alive > 0) {
    easy_.set<CURLOPT_TCP_KEEPIDLE>(keep_alive);
    easy_.set<CURLOPT_TCP_KEEPINTVL>(keep_alive);
  }

  easy_.set<CURLOPT_SSLVERSION>(kLowestVersion | kHighestVersion);
  easy_.set<CURLOPT_SSL_VERIFYPEER>(1L);
  easy_.set<CURLOPT_SSL_VERIFYHOST>(2L);
  // The identity brings its own trust store; libcurl would read and parse the system's for every connection.
  easy_.set<CURLOPT_CAINFO>(nullptr);
  easy_.set<CURLOPT_CAPATH>(nullptr);
  easy_.set<CURLOPT_SSL_CTX_FUNCTION>(&CurlTransfer::on_tls_context);
  easy_.set<CURLOPT_SSL_CTX_DATA>(this);
  if (easy_.offer<newer::kPreReqFunction>(&CurlTransfer::on_connected)) {
    easy_.offer<newer::kPreReqData>(this);
  } else {
    easy_.set<CURLOPT_NOPROGRESS>(0L);
    easy_.set<CURLOPT_XFERINFOFUNCTION>(&CurlTransfer::on_progress);
    easy_.set<CURLOPT_XFERINFODATA>(this);
  }
}

void CurlTransfer::isolate() noexcept {
  isolated_ = true;
  easy_.set<CURLOPT_FORBID_REUSE>(1L);
  easy_.set<CURLOPT_SSL_SESSIONID_CACHE>(0L);
}

void* CurlTransfer::owner_of(CURL* handle) noexcept {
  void* owner = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &owner);
  return owner;
}

CURLcode CurlTransfer::on_tls_context(CURL* /*handle*/, void* opaque, void* transfer) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  auto* context = static_cast<SSL_CTX*>(opaque);
  self.connection_ = TlsConnection::attach(context, self.setup_.identity, peer_of(context));
  return self.connection_ ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

std::size_t CurlTransfer::on_read(char* buffer, std::size_t size, std::size_t count, void* transfer) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  const std::size_t read = RequestBody::on_read(buffer, size, count, &self.body_);
  self.end_.moved(self.body_.whole(), std::chrono::steady_clock::now());
  return read;
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  const std::size_t taken = ResponseSink::on_body(data, size, count, &self.sink_);
  self.end_.moved(self.body_.whole(), std::chrono::steady_clock::now());
  return taken;
}

/// Before there is a way to the server, a proxy speaks: all that is of interest is how it wants to know its user.
std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  if (self.request_began_) {
    const bool last = *data == '\r' || *data == '\n';
    if (last) self.end_.moved(self.body_.whole(), std::chrono::steady_clock::now());
    return ResponseSink::on_header(data, size, count, &self.sink_);
  }
  if (self.proxy_answer_.add_line({data, size * count})) return size * count;
  self.sink_.failure() = out_of_memory();
  return 0;
}

std::optional<Error> CurlTransfer::prepare(const Request& request, const CallContext& context) {
  progress_.begin(request.options.progress, size_of(request.body));
  sink_.reset(request.method, context.max_response_bytes, target_of(request.options.sink), progress_);
  if (auto error = body_.open(request, progress_)) return error;
  end_.begin(request, context, body_.whole());
  lost_body_ = false;
  request_began_ = false;
  began_on_.reset();
  round_ = 0;
  proxy_answer_.clear();
  unfit_ = false;
  error_text_[0] = '\0';
  connection_.reset();
  if (url_ != context.url) set_url(context.url);
  if (!asks_as_written_) return ParsedUrl::changed_url_error();
  if (headers_.update(request, context)) easy_.set<CURLOPT_HTTPHEADER>(headers_.get());
  set_method(request);
  if (!usable()) return refusal();
  return std::nullopt;
}

Error CurlTransfer::refusal() const {
  if (easy_.refusal() == CURLE_OUT_OF_MEMORY) return out_of_memory();
  return make_error(ErrorCode::kConnection, Factor::kRequest,
                    std::string("libcurl refused to be configured: ") + curl_easy_strerror(easy_.refusal()) + ".",
                    "Check the version and the features of libcurl.");
}

Result<Response> CurlTransfer::outcome(CURLcode code, const CallContext& context) noexcept {
  auto outcome = judge(code, context);
  if (outcome) {
    outcome->request_cut_short = !body_.whole();
  } else {
    outcome.error().never_whole = outcome.error().never_sent || !body_.whole();
  }
  body_.close();
  sink_.close();
  return outcome;
}

Result<Response> CurlTransfer::judge(CURLcode code, const CallContext& context) noexcept try {
  if (code == CURLE_OK || sink_.cut() || is_refused_early(code, easy_.info<long>(CURLINFO_RESPONSE_CODE)))
    return response();
  if (context.cancellation.cancelled()) return cancelled_error();
  if (body_.failure()) return *std::move(body_.failure());
  if (sink_.failure()) return *std::move(sink_.failure());
  if (sink_.too_large()) return sink_.too_large_error();
  return failure(lost_body_ ? CURLE_SEND_FAIL_REWIND : code);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// An upload that goes on behind its last byte: libcurl connects, finds nothing to send, and keeps the connection.
/// There is no option for that which leaves it to others (CURLOPT_CONNECT_ONLY does not). Should a libcurl send a
/// request all the same, it is the one that means nothing to a server (OPTIONS *: RFC 9110, section 9.3.7).
bool CurlTransfer::prepare_connection(const CallContext& context) {
  end_.begin(context);
  set_url(context.url);
  easy_.set<CURLOPT_CUSTOMREQUEST>("OPTIONS");
  easy_.set<CURLOPT_REQUEST_TARGET>("*");
  easy_.set<CURLOPT_UPLOAD>(1L);
  easy_.set<CURLOPT_INFILESIZE_LARGE>(curl_off_t{1});
  easy_.set<CURLOPT_RESUME_FROM_LARGE>(curl_off_t{1});
  easy_.set<CURLOPT_SEEKFUNCTION>(&CurlTransfer::on_skip);
  return easy_.refusal() == CURLE_OK;
}

int CurlTransfer::on_skip(void* /*transfer*/, curl_off_t /*offset*/, int /*origin*/) noexcept {
  return CURL_SEEKFUNC_OK;
}

std::optional<Error> CurlTransfer::connection_outcome(CURLcode code, const CallContext& context) const noexcept try {
  if (code == CURLE_PARTIAL_FILE || code == CURLE_OK) return std::nullopt;
  if (context.cancellation.cancelled()) return cancelled_error();
  return failure(code);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

void CurlTransfer::set_url(const std::string& url) {
  url_ = url;
  target_ = UrlView(url_);
  easy_.set<CURLOPT_URL>(url_.c_str());
  const bool parsed = parsed_url_.parse(url_);
  asks_as_written_ = !parsed || parsed_url_.asks_as_written(url_);
  easy_.set<CURLOPT_CURLU>(parsed ? parsed_url_.get() : nullptr);  // without it, libcurl says what is wrong
}

void CurlTransfer::set_method(const Request& request) noexcept {
  if (request.method == Method::kHead) {
    easy_.set<CURLOPT_NOBODY>(1L);
  } else if (has_body(request)) {
    easy_.set<CURLOPT_POST>(1L);
    easy_.set<CURLOPT_POSTFIELDSIZE_LARGE>(body_.size());
  } else {
    easy_.set<CURLOPT_HTTPGET>(1L);
  }
  const bool implied =
      request.method == Method::kHead || request.method == (has_body(request) ? Method::kPost : Method::kGet);
  easy_.set<CURLOPT_CUSTOMREQUEST>(implied ? nullptr : to_string(request.method).data());
  // On a new connection libcurl does not send twice. It cannot with a body that is gone once it was read, where an idle
  // connection that the server has closed meanwhile would end the call.
  easy_.set<CURLOPT_FRESH_CONNECT>(isolated_ || !repeatable(request.body) ? 1L : 0L);
}

Result<Response> CurlTransfer::response() {
  auto response = sink_.take(static_cast<int>(easy_.info<long>(CURLINFO_RESPONSE_CODE)));
  if (connection_ && !connection_->answered()) {
    remember_request_for_certificate();
    connection_->set_answered();
  }
  if (!response) return response;
  response->connection_reused = easy_.info<long>(CURLINFO_NUM_CONNECTS) == 0;
  if (response->status >= 200 && response->status < 300) remember_acceptance();
  return response;
}

/// Without the lock for every call but a session's first to a host.
void CurlTransfer::remember_acceptance() {
  if (!setup_.identity->has_certificate() || accepted_by_ == target_.authority) return;
  setup_.accepting_hosts->add(target_.authority);
  accepted_by_ = target_.authority;
}

/// Once for each connection.
void CurlTransfer::remember_request_for_certificate() const {
  const bool to_server = connection_->peer() == TlsConnection::Peer::kServer;
  if (to_server && connection_->evidence().certificate_requested) setup_.asking_hosts->add(target_.authority);
}

}  // namespace easypost_connect::internal
