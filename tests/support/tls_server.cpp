// SPDX-License-Identifier: Apache-2.0
#include "tls_server.hpp"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "sandbox/pem.hpp"

namespace easypost_connect::test_support {
namespace {

using internal::CertificatePtr;

/// Takes a certificate for what the settings say it is.
int judge(X509_STORE_CTX* chain, void* verdict) {
  X509_STORE_CTX_set_error(chain, *static_cast<const int*>(verdict));
  return *static_cast<const int*>(verdict) == X509_V_OK ? 1 : 0;
}

void use_certificate(SSL_CTX* context, const sandbox::IssuedCertificate& server) {
  const auto certificate = sandbox::read_certificate(server.certificate);
  const auto key = sandbox::read_private_key(server.private_key);
  SSL_CTX_use_certificate(context, certificate.get());
  SSL_CTX_use_PrivateKey(context, key.get());
}

/// Returns an empty text when the connection has ended.
std::string read_head(SSL* connection) {
  std::string head;
  char byte = 0;
  while (head.size() < 65'536 && head.find("\r\n\r\n") == std::string::npos) {
    if (SSL_read(connection, &byte, 1) != 1) return {};
    head += byte;
  }
  return head;
}

/// Asks for a certificate as a server does that wants one for some paths only (RFC 8446, section 4.6.2).
void ask_now(SSL* connection) {
  SSL_set_verify(connection, SSL_VERIFY_PEER, nullptr);
  if (SSL_verify_client_post_handshake(connection) != 1) return;
  SSL_do_handshake(connection);
  SSL_clear_mode(connection, SSL_MODE_AUTO_RETRY);  // the mode would wait for another request behind it
  char nothing = 0;
  while (SSL_get0_peer_certificate(connection) == nullptr) {  // takes in what the client answers
    const int result = SSL_peek(connection, &nothing, 0);
    if (result < 0 && SSL_get_error(connection, result) != SSL_ERROR_WANT_READ) return;
  }
}

/// Waits for the client's end. If something were unread, close() would end the connection at once, and an alert under
/// way would be lost.
void await_end(int client) {
  std::array<char, 4096> rest{};
  while (::recv(client, rest.data(), rest.size(), 0) > 0) {
  }
}

}  // namespace

TlsServer::TlsServer(const sandbox::CertificateAuthority& authority, Settings settings, Answer answer)
    : context_(SSL_CTX_new(TLS_server_method())), settings_(std::move(settings)), answer_(std::move(answer)) {
  sandbox::CertificateProfile profile = sandbox::server_profile();
  profile.subject_alt_names = settings_.names;
  use_certificate(context_.get(), authority.issue(profile));
  SSL_CTX_set_min_proto_version(context_.get(), settings_.tls_version);
  SSL_CTX_set_max_proto_version(context_.get(), settings_.tls_version);
  SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>("test"), 4);
  if (settings_.client_signatures != nullptr) {
    SSL_CTX_set1_client_sigalgs_list(context_.get(), settings_.client_signatures);
  }
  if (settings_.asks && !settings_.asks_later) SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context_.get(), &judge, &settings_.verdict);
  server_.emplace([this](int client) { serve(client); });
}

std::vector<TlsRequest> TlsServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void TlsServer::serve(int client) {
  const internal::SslPtr connection(SSL_new(context_.get()));
  SSL_set_fd(connection.get(), client);
  bool open = SSL_accept(connection.get()) == 1;
  while (open) {
    TlsRequest request;
    request.head = read_head(connection.get());
    if (request.head.empty()) break;
    if (settings_.asks_later && request.head.rfind("GET ", 0) == 0) ask_now(connection.get());
    request.shows_certificate = SSL_get0_peer_certificate(connection.get()) != nullptr;
    request.resumed = SSL_session_reused(connection.get()) == 1;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const std::string answer = answer_(request);
    open = !answer.empty() && answer.find("Connection: close") == std::string::npos;
    if (!answer.empty()) SSL_write(connection.get(), answer.data(), static_cast<int>(answer.size()));
    if (!answer.empty() && !open) SSL_shutdown(connection.get());
  }
  ::shutdown(client, SHUT_WR);
  await_end(client);
}

}  // namespace easypost_connect::test_support
