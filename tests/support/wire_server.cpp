// SPDX-License-Identifier: Apache-2.0
#include "wire_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "partner_options.hpp"
#include "sandbox/server_tls.hpp"

namespace easypost_connect::test_support {

std::string Wire::read_head() {
  std::string head;
  char byte = 0;
  while (head.size() < 4 || head.compare(head.size() - 4, 4, "\r\n\r\n") != 0) {
    if (SSL_read(ssl_, &byte, 1) != 1) break;
    head += byte;
  }
  return head;
}

std::string Wire::read(std::size_t size) {
  std::string bytes;
  std::array<char, std::size_t{16} * 1024> part{};
  while (bytes.size() < size) {
    const int count = SSL_read(ssl_, part.data(), static_cast<int>(std::min(part.size(), size - bytes.size())));
    if (count <= 0) break;
    bytes.append(part.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

std::string Wire::read_body_of(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const auto at = head.find(kName);
  return at == std::string_view::npos ? std::string() : read(std::stoul(std::string(head.substr(at + kName.size()))));
}

bool Wire::write(std::string_view text) { return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) > 0; }

void Wire::reset() noexcept {
  const linger at_once{1, 0};
  ::setsockopt(SSL_get_fd(ssl_), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  end_unannounced();
}

void Wire::end() noexcept {
  SSL_shutdown(ssl_);
  ::shutdown(SSL_get_fd(ssl_), SHUT_RDWR);
}

void Wire::wait_at_most(std::chrono::milliseconds longest) noexcept {
  const timeval limit{0, static_cast<suseconds_t>(std::chrono::microseconds(longest).count())};
  ::setsockopt(SSL_get_fd(ssl_), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

void Wire::send_ticket() noexcept {
  SSL_new_session_ticket(ssl_);
  SSL_do_handshake(ssl_);
}

bool Wire::renegotiate() noexcept {
  SSL_clear_options(ssl_, SSL_OP_NO_RENEGOTIATION);
  SSL_clear_mode(ssl_, SSL_MODE_AUTO_RETRY);  // the mode would wait for a request behind it
  if (SSL_renegotiate(ssl_) != 1 || SSL_do_handshake(ssl_) != 1) return false;
  char nothing = 0;
  while (SSL_renegotiate_pending(ssl_) == 1) {  // takes in what the client answers
    const int result = SSL_peek(ssl_, &nothing, 1);
    if (result < 0 && SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) return false;
  }
  SSL_set_mode(ssl_, SSL_MODE_AUTO_RETRY);
  return true;
}

WireServer::WireServer(Serve serve, Settings settings)
    : serve_(std::move(serve)), settings_(std::move(settings)), context_(SSL_CTX_new(TLS_server_method())) {
  sandbox::CertificateProfile profile = sandbox::server_profile();
  profile.subject_alt_names = settings_.names;
  sandbox::configure(*context_, {authority_.issue(profile), {}, sandbox::ClientCertificates::kUnasked});
  SSL_CTX_set_max_proto_version(context_.get(), settings_.highest_tls_version);
  server_.emplace([this](int connection) { accept(connection); });
}

WireServer::Serve WireServer::beside_tokens(std::function<void(Wire& wire, std::string_view head)> serve) {
  return [serve = std::move(serve)](Wire& wire) {
    for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
      if (head.find("/oauth2/token") == std::string::npos) {
        serve(wire, head);
      } else {
        answer_token(wire, head);
      }
    }
  };
}

void WireServer::answer_token(Wire& wire, std::string_view head) {
  wire.read_body_of(head);
  const std::string token = R"({"access_token":"canary-token","token_type":"Bearer","expires_in":3600})";
  wire.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(token.size()) +
             "\r\n\r\n" + token);
}

void WireServer::accept(int connection) {
  std::unique_lock one_after_the_other(mutex_, std::defer_lock);
  if (!settings_.at_once) one_after_the_other.lock();
  const internal::SslPtr ssl(SSL_new(context_.get()));
  if (SSL_set_fd(ssl.get(), connection) != 1 || SSL_accept(ssl.get()) != 1) return;
  Wire wire(ssl.get());
  serve_(wire);
  SSL_shutdown(ssl.get());
}

ClientOptions WireServer::client_options() const { return partner_options(url(), authority_, partner_); }

}  // namespace easypost_connect::test_support
