// SPDX-License-Identifier: Apache-2.0
#include "forgetful_server.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "sandbox/server_tls.hpp"

namespace easypost_connect::interop {
namespace {

/// OpenSSL keeps the verdict in the session, and finds it there when the session is resumed.
int note_the_verdict(int /*trusted*/, X509_STORE_CTX* /*certificates*/) noexcept { return 1; }

/// Reads a request without a body. Returns false if the client is gone.
bool read_request(SSL* tls) {
  std::string request;
  std::array<char, 4096> part{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const int size = SSL_read(tls, part.data(), static_cast<int>(part.size()));
    if (size <= 0) return false;
    request.append(part.data(), static_cast<std::size_t>(size));
  }
  return true;
}

bool trusts(const SSL* tls) {
  return SSL_get0_peer_certificate(tls) != nullptr && SSL_get_verify_result(tls) == X509_V_OK;
}

}  // namespace

ForgetfulServer::ForgetfulServer(const Certificates& certificates) : context_(SSL_CTX_new(TLS_server_method())) {
  sandbox::configure(*context_, {certificates.server, {}, sandbox::ClientCertificates::kUnasked});
  const auto authority = sandbox::read_certificate(certificates.client_authority.certificate());
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.get());
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, note_the_verdict);
  if (!socket_.binds() || ::listen(socket_.file(), 16) != 0) throw std::runtime_error("cannot listen");
  thread_ = std::thread([this] { serve(); });
}

ForgetfulServer::~ForgetfulServer() {
  ::shutdown(socket_.file(), SHUT_RDWR);  // wakes accept()
  thread_.join();
}

void ForgetfulServer::serve() {
  for (int client = 0; (client = ::accept(socket_.file(), nullptr, nullptr)) >= 0;) {
    serve(client);
    ::close(client);
  }
}

void ForgetfulServer::serve(int client) {
  constexpr std::string_view kJobs = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"jobs\":[]}";
  SSL* const tls = SSL_new(context_.get());
  SSL_set_fd(tls, client);
  if (SSL_accept(tls) == 1) {
    if (SSL_session_reused(tls) == 1) ++resumed_;
    while (read_request(tls) && trusts(tls)) SSL_write(tls, kJobs.data(), static_cast<int>(kJobs.size()));
  }
  SSL_free(tls);
}

}  // namespace easypost_connect::interop
