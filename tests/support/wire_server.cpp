// SPDX-License-Identifier: Apache-2.0
#include "wire_server.hpp"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <stdexcept>

#include "sandbox/server_tls.hpp"

namespace easypost_connect::test_support {
namespace {

// Below the range from which Linux takes the ports of outgoing connections.
constexpr int kFirstPort = 20000;
constexpr int kLastPort = 31999;

}  // namespace

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

void Wire::write(std::string_view text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }

WireServer::WireServer(Serve serve) : serve_(std::move(serve)), context_(SSL_CTX_new(TLS_server_method())) {
  sandbox::configure(*context_,
                     {authority_.issue(sandbox::server_profile()), {}, sandbox::ClientCertificates::kUnasked});
  bind_free_port();
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // no SIGPIPE for a client that has gone
  thread_ = std::thread([this] { listen(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

WireServer::~WireServer() {
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
  SSL_CTX_free(context_);
}

void WireServer::bind_free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(kFirstPort, kLastPort);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) throw std::runtime_error("no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  do {
    port_ = ports(random);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
  } while (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0);
  if (::listen(socket_, 16) != 0) throw std::runtime_error("no listener");
}

void WireServer::listen() {
  for (;;) {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    accept(connection);
    ::close(connection);
  }
}

void WireServer::accept(int connection) {
  SSL* const ssl = SSL_new(context_);
  if (SSL_set_fd(ssl, connection) == 1 && SSL_accept(ssl) == 1) {
    Wire wire(ssl);
    serve_(wire);
    SSL_shutdown(ssl);
  }
  SSL_free(ssl);
}

ClientOptions WireServer::client_options() const {
  ClientOptions options;
  options.environment = Environment::custom(url(), url() + "/oauth2/token");
  options.server_ca = TlsMaterial::in_memory(Secret(authority_.certificate()));
  options.credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(partner_.certificate));
  options.credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(partner_.private_key));
  options.credentials.api_key = Secret("canary-secret-key");
  options.credentials.oauth_client.id = "partner-1";
  options.credentials.oauth_client.secret = Secret("canary-secret-client");
  options.retry.first_pause = std::chrono::milliseconds(1);
  return options;
}

}  // namespace easypost_connect::test_support
