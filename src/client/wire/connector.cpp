// SPDX-License-Identifier: Apache-2.0
#include "wire/connector.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/make_error.hpp"
#include "core/process.hpp"
#include "wire/curl_library.hpp"
#include "wire/proxy_setting.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

/// The highest version is named for the server only. libcurl keeps the TLS settings of a proxy apart, and runs the same
/// hook for both; so the highest version tells server and proxy apart, by whatever name or address they go. TLS 1.3 is
/// the highest version that there is.
constexpr long kLowestVersion = CURL_SSLVERSION_TLSv1_2;
constexpr long kHighestVersion = CURL_SSLVERSION_MAX_TLSv1_3;

TlsConnection::Peer peer_of(SSL_CTX* context) noexcept {
  return SSL_CTX_get_max_proto_version(context) == TLS1_3_VERSION ? TlsConnection::Peer::kServer
                                                                  : TlsConnection::Peer::kProxy;
}

/// Tells whether there were no descriptors for a name lookup or a connection. libcurl says only that they failed.
bool is_for_want_of_descriptors(CURLcode code) noexcept {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return no_descriptor_left();
    default: return false;
  }
}

/// Tells whether OpenSSL lacked memory. libcurl takes OpenSSL's first error for its text, and leaves the others in the
/// queue.
bool is_for_want_of_memory(std::string_view text) noexcept {
  const char* const words = ERR_reason_error_string(ERR_PACK(ERR_LIB_NONE, 0, ERR_R_MALLOC_FAILURE));
  bool found = words != nullptr && text.find(words) != std::string_view::npos;
  for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error())
    found = found || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
  return found;
}

}  // namespace

Connector::Connector(ConnectionSetup setup, HttpVersion offered) : setup_(std::move(setup)), offered_(offered) {
  configure_guest();
  configure_http();
  configure_connections();
  configure_tls();
}

/// Configures libcurl as a guest in the process: no signals, no terminal, no .netrc, no cookies (libcurl's defaults
/// forbid the latter two). Credentials go to one host, over TLS, and never to a proxy. What goes without TLS goes past
/// every proxy.
void Connector::configure_guest() noexcept {
  easy_.set<CURLOPT_NOSIGNAL>(1L);
  easy_.set<CURLOPT_ERRORBUFFER>(error_text_.data());
  easy_.offer<newer::kQuickExit>(1L);  // a deadline does not wait for a name lookup that hangs
  const bool plain = setup_.identity == nullptr;
  if (!easy_.offer<newer::kProtocolsStr>(plain ? "http" : "https"))
    easy_.set<kProtocolsOption>(static_cast<long>(plain ? CURLPROTO_HTTP : CURLPROTO_HTTPS));
  if (plain) easy_.set<CURLOPT_PROXY>("");  // overrides the environment
  easy_.set<CURLOPT_PROXYAUTH>(proxy_schemes(proxy_setting().login));
}

/// libcurl speaks HTTP to a proxy only.
void Connector::configure_http() noexcept {
  easy_.set<CURLOPT_CONNECT_ONLY>(1L);
  easy_.set<CURLOPT_SSL_ENABLE_ALPN>(0L);
  easy_.set<CURLOPT_HTTP_VERSION>(static_cast<long>(CURL_HTTP_VERSION_1_1));
  easy_.set<CURLOPT_HEADERFUNCTION>(&Connector::on_proxy_line);
  easy_.set<CURLOPT_HEADERDATA>(this);
}

std::size_t Connector::on_proxy_line(char* data, std::size_t size, std::size_t count, void* connector) noexcept {
  return static_cast<Connector*>(connector)->proxy_answer_.add_line({data, size * count}) ? size * count : 0;
}

void Connector::configure_connections() noexcept {
  easy_.set<CURLOPT_CONNECTTIMEOUT_MS>(static_cast<long>(setup_.connect_timeout.count()));
  const auto keep_alive = static_cast<long>(setup_.options.keep_alive.count());
  easy_.set<CURLOPT_TCP_KEEPALIVE>(keep_alive > 0 ? 1L : 0L);
  if (keep_alive > 0) {
    easy_.set<CURLOPT_TCP_KEEPIDLE>(keep_alive);
    easy_.set<CURLOPT_TCP_KEEPINTVL>(keep_alive);
  }
}

void Connector::configure_tls() noexcept {
  easy_.set<CURLOPT_SSLVERSION>(kLowestVersion | kHighestVersion);
  easy_.set<CURLOPT_SSL_VERIFYPEER>(1L);
  easy_.set<CURLOPT_SSL_VERIFYHOST>(2L);
  // The identity brings its own trust store; libcurl would read and parse the system's for every connection.
  easy_.set<CURLOPT_CAINFO>(nullptr);
  easy_.set<CURLOPT_CAPATH>(nullptr);
  easy_.set<CURLOPT_SSL_CTX_FUNCTION>(&Connector::on_tls_context);
  easy_.set<CURLOPT_SSL_CTX_DATA>(this);
}

CURLcode Connector::on_tls_context(CURL* /*handle*/, void* opaque, void* connector) noexcept {
  auto& self = *static_cast<Connector*>(connector);
  auto* context = static_cast<SSL_CTX*>(opaque);
  const auto peer = peer_of(context);
  if (peer == TlsConnection::Peer::kServer && !self.configure_server(context)) return CURLE_OUT_OF_MEMORY;
  self.connection_ = TlsConnection::attach(context, self.setup_.identity, peer);
  return self.connection_ ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/// Configures TLS to the server. It reads from the socket as far as it can, not record by record, because a Connection
/// reads until there is no more before it waits. Bytes that are sent again may lie elsewhere by then. OpenSSL keeps its
/// buffers; libcurl would have it make new ones for each record.
bool Connector::configure_server(SSL_CTX* context) const noexcept {
  static constexpr std::string_view kHttp1 = "\x08http/1.1";
  static constexpr std::string_view kHttp2 = "\x02h2\x08http/1.1";
  const std::string_view offer = offered_ == HttpVersion::kHttp2 ? kHttp2 : kHttp1;
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_clear_mode(context, SSL_MODE_RELEASE_BUFFERS);
  return SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(offer.data()),
                                 static_cast<unsigned>(offer.size())) == 0;
}

Error Connector::refusal() const {
  if (easy_.refusal() == CURLE_OUT_OF_MEMORY) return out_of_memory();
  return make_error(ErrorCode::kConnection, Factor::kRequest,
                    std::string("libcurl refused to be configured: ") + curl_easy_strerror(easy_.refusal()) + ".",
                    "Check the version and the features of libcurl.");
}

void Connector::begin(std::string_view url) {
  proxy_answer_.clear();
  unfit_ = false;
  error_text_[0] = '\0';
  connection_.reset();
  target_ = {};
  origin_ = url.substr(0, url.size() - Url(url).target.size());
  target_ = Url(origin_);
  easy_.set<CURLOPT_URL>(origin_.c_str());
}

bool Connector::may_carry_request() noexcept {
  const bool fit = connection_ != nullptr ? connection_->may_carry(*setup_.identity) : setup_.identity == nullptr;
  unfit_ = !fit;
  return !unfit_;
}

void Connector::answered(int status) {
  if (connection_ && !connection_->answered()) {
    remember_request_for_certificate();
    connection_->set_answered();
  }
  if (status >= 200 && status < 300) remember_acceptance();
}

/// Notes that the host has accepted the certificate. Only a handle's first such answer from a host takes the lock.
void Connector::remember_acceptance() {
  if (!presents_certificate() || accepted_by_ == target_.authority) return;
  setup_.accepting_hosts->add(target_.authority);
  accepted_by_ = target_.authority;
}

/// Notes that the server asked for the certificate, once for each connection.
void Connector::remember_request_for_certificate() const {
  const bool to_server = connection_->peer() == TlsConnection::Peer::kServer;
  if (to_server && connection_->evidence().certificate_requested) setup_.asking_hosts->add(target_.authority);
}

// --- evidence of a failure

ConnectionTrace Connector::trace() const {
  // libcurl counts each moment from the start of the transfer; zero means that it never came.
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
  const char* address = easy_.info<const char*>(CURLINFO_PRIMARY_IP);
  trace.address = address != nullptr ? address : "";
  trace.port = easy_.info<long>(CURLINFO_PRIMARY_PORT);
  if (connection_) {
    trace.tls_version = connection_->evidence().version;
    trace.certificate_requested = connection_->evidence().certificate_requested;
    trace.certificate_shown = connection_->evidence().certificate_shown;
  }
  return trace;
}

Error Connector::failure(CURLcode code, const Sent& sent, std::string_view words) const {
  FailedTransfer failed;
  if (words.empty()) words = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
  failed.text = proxy_setting().login_secrets.quotable(words, CURL_ERROR_SIZE);
  failed.code = is_for_want_of_memory(failed.text) ? CURLE_OUT_OF_MEMORY : code;
  failed.verify_result = easy_.info<long>(CURLINFO_SSL_VERIFYRESULT);
  failed.request_bytes_sent = sent.begun ? sent.bytes : 0;
  failed.request_whole = sent.whole;
  failed.ready = sent.begun;
  // libcurl may count TCP as connected only when TLS is (measured: 7.88); TLS begins on a connection that is there.
  failed.connected = connection_ != nullptr || easy_.info<curl_off_t>(CURLINFO_CONNECT_TIME_T) > 0;
  failed.status = sent.status;
  failed.no_descriptors = is_for_want_of_descriptors(code);
  failed.host = target_.authority;
  failed.own_authorities = setup_.identity != nullptr && setup_.identity->has_own_authorities();
  failed.identity_given = presents_certificate();
  failed.accepted_before = setup_.accepting_hosts->contains(target_.authority);
  failed.proxy = proxy_evidence(sent);
  if (connection_) {
    remember_request_for_certificate();
    failed.tls = connection_->evidence();
    if (failed.tls.resumed) failed.tls.certificate_requested = setup_.asking_hosts->contains(target_.authority);
    if (connection_->answered()) failed.tls.certificate_requested = false;
  }
  failed.tls.certificate_withheld |= unfit_;
  return transfer_error(failed);
}

/// A SOCKS proxy gives no status. It has let a connection pass that came as far as TLS.
ProxyEvidence Connector::proxy_evidence(const Sent& sent) const {
  ProxyEvidence proxy;
  if (setup_.identity == nullptr) return proxy;
  proxy.setting = proxy_setting();
  proxy.status = easy_.info<long>(CURLINFO_HTTP_CONNECTCODE);
  if (proxy.setting.none() || (proxy.status == 0 && !goes_through_proxy(origin_))) return {};
  const bool came_to_tls = proxy.setting.is_socks() && connection_ != nullptr;
  proxy.passed = proxy.status != 0 ? proxy.status / 100 == 2 : sent.begun || came_to_tls;
  proxy.answers = proxy_answer_.count();
  proxy.challenges = proxy_answer_.challenges();
  proxy.socks_error = easy_.info<long>(CURLINFO_PROXY_ERROR);
  proxy.verify_result = easy_.info<long>(CURLINFO_PROXY_SSL_VERIFYRESULT);
  if (connection_) proxy.alert = connection_->evidence().alert;
  return proxy;
}

}  // namespace easypost_connect::internal
