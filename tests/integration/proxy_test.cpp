// SPDX-License-Identifier: Apache-2.0
// A proxy between here and the API sees that a connection is wanted, and nothing that is secret.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>

#include "identity/openssl_ptr.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect {
namespace {

using internal::BioPtr;
using internal::CertificatePtr;
using internal::KeyPtr;
using internal::OpenSslFree;
using sandbox::CertificateAuthority;
using sandbox::IssuedCertificate;
using ::testing::HasSubstr;
using ::testing::Not;

/// A listening socket on loopback, on a free port below 32768.
class ListeningSocket {
 public:
  ListeningSocket() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (port_ = 20'000 + getpid() % 10'000; port_ < 32'768; ++port_) {
      address.sin_port = htons(static_cast<std::uint16_t>(port_));
      if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) break;
    }
    listen(socket_, 8);
  }
  ~ListeningSocket() { close(socket_); }
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  [[nodiscard]] int accept_one() const { return accept(socket_, nullptr, nullptr); }
  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

/// What a proxy got to see of one client.
struct Seen {
  bool certificate = false;
  std::string request;
};

/// Asks a client for its certificate, takes none amiss, reads what it wants, and turns it away.
Seen serve_one_over_tls(const ListeningSocket& listener, const IssuedCertificate& server) {
  const std::unique_ptr<SSL_CTX, OpenSslFree<SSL_CTX_free>> context(SSL_CTX_new(TLS_server_method()));
  const BioPtr certificate_pem(BIO_new_mem_buf(server.certificate.data(), static_cast<int>(server.certificate.size())));
  const BioPtr key_pem(BIO_new_mem_buf(server.private_key.data(), static_cast<int>(server.private_key.size())));
  const CertificatePtr certificate(PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
  const KeyPtr key(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });

  const std::unique_ptr<SSL, OpenSslFree<SSL_free>> connection(SSL_new(context.get()));
  const int client = listener.accept_one();
  SSL_set_fd(connection.get(), client);
  Seen seen;
  if (SSL_accept(connection.get()) == 1) {
    std::array<char, 4096> buffer{};
    const int size = SSL_read(connection.get(), buffer.data(), buffer.size());
    if (size > 0) seen.request.assign(buffer.data(), static_cast<std::size_t>(size));
    const CertificatePtr shown(SSL_get1_peer_certificate(connection.get()));
    seen.certificate = shown != nullptr;
  }
  close(client);
  return seen;
}

Seen serve_one(const ListeningSocket& listener) {
  const int client = listener.accept_one();
  std::array<char, 4096> buffer{};
  const auto size = read(client, buffer.data(), buffer.size());
  close(client);
  return {false, size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string()};
}

class Proxy : public ::testing::Test {
 protected:
  /// What a call through the proxy fails with; it presents the certificate already when it asks for the token.
  Error error_through(const std::string& proxy) {
    setenv("https_proxy", proxy.c_str(), 1);
    const IssuedCertificate client = authority_.issue();
    ClientOptions options;
    options.environment = Environment::custom("https://api.test", "https://auth.test/oauth2/token");
    options.credentials.client_certificate = {
        TlsMaterial::in_memory(Secret(client.certificate)), TlsMaterial::in_memory(Secret(client.private_key)), {}};
    options.credentials.api_key = Secret("canary-secret-key");
    options.credentials.oauth_client.id = "client";
    options.credentials.oauth_client.secret = Secret("canary-secret-secret");
    options.credentials.oauth_client.present_client_certificate = true;
    options.server_ca = TlsMaterial::in_memory(Secret(authority_.certificate()));
    options.retry.max_attempts = 1;
    auto response = ConnectClient::create(options).value().get("/jobs");
    unsetenv("https_proxy");
    return response ? Error{} : response.error();
  }

  static void expect_only_connect(const Seen& seen) {
    EXPECT_THAT(seen.request, HasSubstr("CONNECT auth.test:443"));
    EXPECT_THAT(seen.request, Not(HasSubstr("canary-secret")));
    EXPECT_FALSE(seen.certificate);
  }

  CertificateAuthority authority_;
  ListeningSocket listener_;
};

TEST_F(Proxy, OverTlsGetsNoClientCertificateAndNoCredential) {
  const IssuedCertificate server = authority_.issue(sandbox::server_profile());
  auto seen = std::async(std::launch::async, [&] { return serve_one_over_tls(listener_, server); });
  const Error error = error_through("https://localhost:" + std::to_string(listener_.port()));
  expect_only_connect(seen.get());
  EXPECT_EQ(error.factor, Factor::kNetwork) << error.describe();
}

TEST_F(Proxy, OverPlainHttpGetsNoCredential) {
  auto seen = std::async(std::launch::async, [&] { return serve_one(listener_); });
  const Error error = error_through("http://localhost:" + std::to_string(listener_.port()));
  expect_only_connect(seen.get());
  EXPECT_EQ(error.factor, Factor::kNetwork) << error.describe();
}

}  // namespace
}  // namespace easypost_connect
