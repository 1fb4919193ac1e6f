// SPDX-License-Identifier: Apache-2.0
#include "wire/curl_transfer.hpp"

#include <new>
#include <utility>

#include <easypost_connect/version.hpp>

#include "core/make_error.hpp"
#include "wire/curl_library.hpp"
#include "wire/newer_curl.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr long kExpectationFailed = 417;

/// A server that refuses a request before it has read all of it may end the connection behind its answer: the status
/// says more than that end does. Behind these two, may_begin() ends it, when libcurl would send the request again.
bool is_refused_early(CURLcode code, long status) noexcept {
  if (code == CURLE_ABORTED_BY_CALLBACK) return status == kProxyAuthenticationRequired || status == kExpectationFailed;
  return connection_ended(code) && status >= 400;
}

}  // namespace

CurlTransfer::CurlTransfer(ConnectionSetup setup, HttpVersion http_version) : connector_(std::move(setup)) {
  configure_once(http_version);
}

void CurlTransfer::configure_once(HttpVersion http_version) noexcept {
  CurlHandle& easy = this->easy();
  easy.set<CURLOPT_USERAGENT>("easypost-connect-cpp/" EASYPOST_CONNECT_VERSION);
  easy.set<CURLOPT_FOLLOWLOCATION>(0L);
  easy.set<CURLOPT_PATH_AS_IS>(1L);  // a signature holds for the path as it was written
  easy.set<CURLOPT_HEADEROPT>(static_cast<long>(CURLHEADER_SEPARATE));
  const bool multiplexed = http_version == HttpVersion::kHttp2 && libcurl_speaks_http2();
  easy.set<CURLOPT_HTTP_VERSION>(static_cast<long>(multiplexed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  easy.set<CURLOPT_PIPEWAIT>(multiplexed ? 1L : 0L);

  const ConnectionOptions& connections = connector_.setup().options;
  easy.set<CURLOPT_MAXAGE_CONN>(static_cast<long>(connections.idle_timeout.count()));
  easy.offer<newer::kMaxLifetimeConn>(static_cast<long>(connections.lifetime.count()));
  if (connections.max_idle == 0) easy.set<CURLOPT_FORBID_REUSE>(1L);  // once no transfer is under way on it

  easy.set<CURLOPT_HEADERFUNCTION>(&CurlTransfer::on_header);
  easy.set<CURLOPT_HEADERDATA>(this);
  easy.set<CURLOPT_WRITEFUNCTION>(&CurlTransfer::on_body);
  easy.set<CURLOPT_WRITEDATA>(this);
  easy.set<CURLOPT_READFUNCTION>(&CurlTransfer::on_read);
  easy.set<CURLOPT_READDATA>(this);
  easy.set<CURLOPT_SEEKFUNCTION>(&RequestBody::on_seek);
  easy.set<CURLOPT_SEEKDATA>(&body_);
  if (easy.offer<newer::kPreReqFunction>(&CurlTransfer::on_connected)) {
    easy.offer<newer::kPreReqData>(this);
  } else {
    easy.set<CURLOPT_NOPROGRESS>(0L);
    easy.set<CURLOPT_XFERINFOFUNCTION>(&CurlTransfer::on_progress);
    easy.set<CURLOPT_XFERINFODATA>(this);
  }
}

void CurlTransfer::isolate() noexcept {
  isolated_ = true;
  easy().set<CURLOPT_FORBID_REUSE>(1L);
  easy().set<CURLOPT_SSL_SESSIONID_CACHE>(0L);
}

void* CurlTransfer::owner_of(CURL* handle) noexcept {
  void* owner = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &owner);
  return owner;
}

std::size_t CurlTransfer::on_read(char* buffer, std::size_t size, std::size_t count, void* transfer) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  const std::size_t read = RequestBody::on_read(buffer, size, count, &self.body_);
  self.end_.moved(self.body_.whole(), std::chrono::steady_clock::now());
  return read;
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
  auto& self = *static_cast<CurlTransfer*>(transfer);
  const std::size_t taken = ResponseSink::on_body_part(data, size, count, &self.sink_);
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
  if (self.connector_.take_proxy_line({data, size * count})) return size * count;
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
  if (url_ != context.url) set_url(context.url);
  connector_.begin(url_);
  if (!asks_as_written_) return ParsedUrl::changed_url_error();
  if (headers_.update(request, context)) easy().set<CURLOPT_HTTPHEADER>(headers_.get());
  set_method(request);
  if (!usable()) return refusal();
  return std::nullopt;
}

Error CurlTransfer::failure(CURLcode code) const {
  const CurlHandle& easy = connector_.easy();
  return connector_.failure(
      code, {request_began_, easy.info<long>(CURLINFO_REQUEST_SIZE), easy.info<long>(CURLINFO_RESPONSE_CODE)});
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
  if (code == CURLE_OK || sink_.cut() || is_refused_early(code, easy().info<long>(CURLINFO_RESPONSE_CODE)))
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
  connector_.begin(url_);
  easy().set<CURLOPT_CUSTOMREQUEST>("OPTIONS");
  easy().set<CURLOPT_REQUEST_TARGET>("*");
  easy().set<CURLOPT_UPLOAD>(1L);
  easy().set<CURLOPT_INFILESIZE_LARGE>(curl_off_t{1});
  easy().set<CURLOPT_RESUME_FROM_LARGE>(curl_off_t{1});
  easy().set<CURLOPT_SEEKFUNCTION>(&CurlTransfer::on_skip);
  return usable();
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
  easy().set<CURLOPT_URL>(url_.c_str());
  const bool parsed = parsed_url_.parse(url_);
  asks_as_written_ = !parsed || parsed_url_.asks_as_written(url_);
  easy().set<CURLOPT_CURLU>(parsed ? parsed_url_.get() : nullptr);  // without it, libcurl says what is wrong
}

void CurlTransfer::set_method(const Request& request) noexcept {
  if (request.method == Method::kHead) {
    easy().set<CURLOPT_NOBODY>(1L);
  } else if (has_body(request)) {
    easy().set<CURLOPT_POST>(1L);
    easy().set<CURLOPT_POSTFIELDSIZE_LARGE>(body_.size());
  } else {
    easy().set<CURLOPT_HTTPGET>(1L);
  }
  const bool implied =
      request.method == Method::kHead || request.method == (has_body(request) ? Method::kPost : Method::kGet);
  easy().set<CURLOPT_CUSTOMREQUEST>(implied ? nullptr : to_string(request.method).data());
  // On a new connection libcurl does not send twice. It cannot with a body that is gone once it was read, where an idle
  // connection that the server has closed meanwhile would end the call.
  easy().set<CURLOPT_FRESH_CONNECT>(isolated_ || !repeatable(request.body) ? 1L : 0L);
}

Result<Response> CurlTransfer::response() {
  const int status = static_cast<int>(easy().info<long>(CURLINFO_RESPONSE_CODE));
  connector_.answered(status);
  auto response = sink_.take(status);
  if (response) response->connection_reused = easy().info<long>(CURLINFO_NUM_CONNECTS) == 0;
  return response;
}

}  // namespace easypost_connect::internal
