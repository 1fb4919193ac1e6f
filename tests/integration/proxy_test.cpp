// SPDX-License-Identifier: Apache-2.0
// A proxy between here and the API sees that a connection is wanted, and nothing that is secret.
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "core/openssl_handles.hpp"
#include "sandbox/certificate_authority.hpp"
#include "sandbox/pem.hpp"
#include "scripted_proxy.hpp"
#include "tls_server.hpp"

namespace easypost_connect {
namespace {

using internal::CertificatePtr;
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

/// The things that a proxy got to see of one client.
struct Seen {
  bool certificate = false;
  std::string request;
};

/// Passes what comes on to that port of this machine and back, until one side ends.
void relay(SSL* client, int port) {
  sigset_t pipe{};
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);  // OpenSSL writes with write(), which knows no MSG_NOSIGNAL
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  std::array<char, 16'384> buffer{};
  while (open) {
    std::array<pollfd, 2> files = {pollfd{SSL_get_fd(client), POLLIN, 0}, {server, POLLIN, 0}};
    if (SSL_pending(client) == 0) poll(files.data(), files.size(), -1);
    if (files[0].revents != 0 || SSL_pending(client) > 0) {
      const int size = SSL_read(client, buffer.data(), buffer.size());
      open = size > 0 && send(server, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
    }
    if (open && files[1].revents != 0) {
      const auto size = recv(server, buffer.data(), buffer.size(), 0);
      open = size > 0 && SSL_write(client, buffer.data(), static_cast<int>(size)) == size;
    }
  }
  close(server);
}

/// Asks a client for its certificate, takes none amiss, reads what it wants, and turns it away. If it is given a port,
/// it lets the client through to that.
Seen serve_one_over_tls(const ListeningSocket& listener, const IssuedCertificate& server, int port = 0) {
  const internal::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  const auto certificate = sandbox::read_certificate(server.certificate);
  const auto key = sandbox::read_private_key(server.private_key);
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });

  const internal::SslPtr connection(SSL_new(context.get()));
  const int client = listener.accept_one();
  SSL_set_fd(connection.get(), client);
  Seen seen;
  if (SSL_accept(connection.get()) == 1) {
    std::array<char, 4096> buffer{};
    const int size = SSL_read(connection.get(), buffer.data(), buffer.size());
    if (size > 0) seen.request.assign(buffer.data(), static_cast<std::size_t>(size));
    const CertificatePtr shown(SSL_get1_peer_certificate(connection.get()));
    seen.certificate = shown != nullptr;
    const std::string tunnel = "HTTP/1.1 200 OK\r\n\r\n";
    if (port != 0 && SSL_write(connection.get(), tunnel.data(), static_cast<int>(tunnel.size())) > 0) {
      relay(connection.get(), port);
    }
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
  /// Returns the Error of a call through the proxy; the call presents the certificate already when it asks for the
  /// token.
  Error error_through(const std::string& proxy, const std::string& host = "auth.test") {
    setenv("https_proxy", proxy.c_str(), 1);
    const IssuedCertificate client = authority_.issue();
    ClientOptions options;
    options.environment = Environment::custom("https://api.test", "https://" + host + "/oauth2/token");
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

  static void expect_only_connect(const Seen& seen, const std::string& host = "auth.test") {
    EXPECT_THAT(seen.request, HasSubstr("CONNECT " + host));
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

TEST_F(Proxy, OverTlsGetsNoClientCertificateThoughItGoesByTheNameOfTheServer) {
  const IssuedCertificate server = authority_.issue(sandbox::server_profile());
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    auto seen = std::async(std::launch::async, [&] { return serve_one_over_tls(listener_, server); });
    const std::string port = std::to_string(listener_.port());
    const Error error = error_through("https://" + host + ":" + port, host + ":" + port);
    expect_only_connect(seen.get(), host);
    EXPECT_EQ(error.factor, Factor::kNetwork) << error.describe();
  }
}

TEST_F(Proxy, OverTlsLetsTheClientCertificateThroughToTheServer) {
  const IssuedCertificate server = authority_.issue(sandbox::server_profile());
  const test_support::TlsServer target(authority_, {}, [](const test_support::TlsRequest&) {
    return "HTTP/1.1 503 Later\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  });
  auto seen = std::async(std::launch::async, [&] { return serve_one_over_tls(listener_, server, target.port()); });
  const Error error = error_through("https://localhost:" + std::to_string(listener_.port()), "localhost");
  EXPECT_EQ(error.seen.http_status, 503) << error.describe();
  expect_only_connect(seen.get(), "localhost:443");
  ASSERT_EQ(target.requests().size(), 1U);
  EXPECT_TRUE(target.requests().front().shows_certificate);
}

TEST_F(Proxy, OverPlainHttpGetsNoCredential) {
  auto seen = std::async(std::launch::async, [&] { return serve_one(listener_); });
  const Error error = error_through("http://localhost:" + std::to_string(listener_.port()));
  expect_only_connect(seen.get());
  EXPECT_EQ(error.factor, Factor::kNetwork) << error.describe();
}

/// libcurl 7.88 reads memory that it has freed when the first line of a proxy's answer goes on with the last one of an
/// answer before, to the same easy handle; the address sanitizer sees that.
TEST(ProxyInTheWay, MayBeginAnAnswerWithAFoldedLine) {
  std::atomic<int> asked{0};
  const test_support::ScriptedProxy proxy([&](const std::string&) {
    const std::string first = ++asked == 1 ? "X-A: one\r\nX-B: two\r\n" : " goes on\r\nX-C: three\r\n";
    return "HTTP/1.1 502 Bad Gateway\r\n" + first + "Connection: close\r\n\r\n";
  });
  const auto sandbox = Sandbox::start().value();
  ClientOptions options = sandbox.client_options();
  options.environment = Environment::custom("https://127.0.0.2:9443", options.environment.token_url);
  options.retry.max_attempts = 1;
  auto client = ConnectClient::create(std::move(options)).value();
  setenv("https_proxy", proxy.url().c_str(), 1);
  setenv("no_proxy", "localhost", 1);
  for (int call = 0; call < 3; ++call) {
    for (const bool blocking : {true, false}) {
      Request request{Method::kGet, "/jobs", {}, {}};
      EXPECT_FALSE(blocking ? client.send(request) : send_future(client, std::move(request)).get());
    }
  }
  unsetenv("no_proxy");
  unsetenv("https_proxy");
  EXPECT_EQ(asked, 6);
}

/// A POST is repeated only if nothing of it was sent; bytes for the proxy are not counted.
TEST(ProxyInTheWay, WasSentNothingOfACallThatItDidNotLetThrough) {
  const auto sandbox = Sandbox::start().value();
  const std::string to_the_api = "CONNECT " + sandbox.url(SandboxHost::kApi).substr(std::string("https://").size());
  for (const std::string refusal : {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", ""}) {
    for (const bool blocking : {true, false}) {
      std::atomic<int> asked{0};
      const test_support::ScriptedProxy proxy([&](const std::string& head) {
        if (head.rfind(to_the_api, 0) != 0) return std::string("HTTP/1.1 200 OK\r\n\r\n");
        ++asked;
        return refusal;
      });
      ClientOptions options = sandbox.client_options();
      options.retry.max_attempts = 3;
      options.retry.first_pause = std::chrono::milliseconds(1);
      setenv("https_proxy", proxy.url().c_str(), 1);
      auto client = ConnectClient::create(std::move(options)).value();
      Request request{Method::kPost, "/jobs/single-file", "{}", {}};
      const auto answer = blocking ? client.send(request) : send_future(client, std::move(request)).get();
      unsetenv("https_proxy");
      ASSERT_FALSE(answer);
      EXPECT_TRUE(answer.error().never_sent) << answer.error().describe();
      EXPECT_EQ(asked, 3) << answer.error().describe();
    }
  }
}

}  // namespace
}  // namespace easypost_connect
