// SPDX-License-Identifier: Apache-2.0
#include "wire/connector.hpp"

#include <utility>

#include "core/make_error.hpp"
#include "wire/newer_curl.hpp"
#include "wire/proxy_setting.hpp"

namespace easypost_connect::internal {
namespace {

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

Connector::Connector(ConnectionSetup setup, HttpVersion offered) : setup_(std::move(setup)), offered_(offered) {
  configure_guest();
  configure_http();
  configure_connections();
  configure_tls();
}

/// A guest in the process: no signals, no terminal, no .netrc, no cookies (the latter two are libcurl's default). And
/// credentials go to one host, over TLS, and never to a proxy.
void Connector::configure_guest() noexcept {
  easy_.set<CURLOPT_NOSIGNAL>(1L);
  easy_.set<CURLOPT_ERRORBUFFER>(error_text_.data());
  easy_.offer<newer::kQuickExit>(1L);  // a deadline does not wait for a name lookup that hangs
  const bool plain = setup_.identity == nullptr;
  if (!easy_.offer<newer::kProtocolsStr>(plain ? "http" : "https"))
    easy_.set<kProtocolsOption>(static_cast<long>(plain ? CURLPROTO_HTTP : CURLPROTO_HTTPS));
  easy_.set<CURLOPT_PROXYAUTH>(proxy_schemes(proxy_setting().login));
}

/// libcurl speaks no HTTP but a proxy's.
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

/// What has come is read from the socket as far as it goes, not record by record: a Connection reads until there is no
/// more before it waits. What is to be sent again may lie elsewhere by then. And OpenSSL keeps its buffers, which
/// libcurl has it make anew for each record.
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
  origin_ = url.substr(0, url.find_first_of("/?", url.find("://") + 3));
  target_ = UrlView(origin_);
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

/// Without the lock for every call but a handle's first to a host.
void Connector::remember_acceptance() {
  if (!presents_certificate() || accepted_by_ == target_.authority) return;
  setup_.accepting_hosts->add(target_.authority);
  accepted_by_ = target_.authority;
}

/// Once for each connection.
void Connector::remember_request_for_certificate() const {
  const bool to_server = connection_->peer() == TlsConnection::Peer::kServer;
  if (to_server && connection_->evidence().certificate_requested) setup_.asking_hosts->add(target_.authority);
}

}  // namespace easypost_connect::internal
