// SPDX-License-Identifier: Apache-2.0
// A transport for servers other than the API: whom it trusts, what it shows, where it goes, and what it says.
#include <easypost_connect/https_transport.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loopback_server.hpp"
#include "result_matchers.hpp"
#include "scripted_proxy.hpp"
#include "temporary_folder.hpp"
#include "tls_server.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using sandbox::CertificateAuthority;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string answer_with(const std::string& body, int status = 200) {
  return "HTTP/1.1 " + std::to_string(status) + " Words\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

class HttpsTransport : public ::testing::Test {
 protected:
  HttpsTransport() { options_.server_ca = TlsMaterial::in_memory(Secret(authority_.certificate())); }

  TlsServer& serve(
      TlsServer::Settings settings = {},
      TlsServer::Answer answer = [](const TlsRequest&) { return answer_with("hello"); }) {
    server_ = std::make_unique<TlsServer>(authority_, std::move(settings), std::move(answer));
    context_.url = "https://localhost:" + std::to_string(server_->port()) + "/v1/secret?version=2";
    return *server_;
  }

  static ClientCertificate certificate_of(const CertificateAuthority& authority) {
    sandbox::CertificateProfile profile;
    profile.key_type = sandbox::KeyType::kP256;
    const auto issued = authority.issue(profile);
    return {TlsMaterial::in_memory(Secret(issued.certificate)), TlsMaterial::in_memory(Secret(issued.private_key)), {}};
  }

  Transport& transport() {
    if (!transport_) transport_ = make_https_transport(options_).value();
    return *transport_;
  }
  Result<Response> send() { return transport().send(request_, context_); }

  const CertificateAuthority authority_;
  HttpsTransportOptions options_;
  Request request_;
  CallContext context_;
  std::unique_ptr<TlsServer> server_;

 private:
  std::shared_ptr<Transport> transport_;
};

TEST_F(HttpsTransport, SendsWhatItIsGiven) {
  const auto& server = serve();
  request_.method = Method::kPost;
  request_.options.headers.add("x-vault-request", "true");
  context_.headers.add("x-plain", "of the context");
  context_.credentials.push_back({"authorization", Secret("Bearer canary-secret-token")});
  const auto answer = send();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
  ASSERT_THAT(server.requests(), SizeIs(1));
  EXPECT_THAT(server.requests()[0].head,
              AllOf(HasSubstr("POST /v1/secret?version=2 HTTP/1.1\r\n"), HasSubstr("x-vault-request: true\r\n"),
                    HasSubstr("x-plain: of the context\r\n"),
                    HasSubstr("authorization: Bearer canary-secret-token\r\n"), Not(HasSubstr("x-api-key"))));
}

TEST_F(HttpsTransport, AnswersWithAnyStatusOnceAndFollowsNothing) {
  for (const int status : {201, 307, 401, 404, 500, 503}) {
    const auto& server = serve({}, [status](const TlsRequest&) {
      return "HTTP/1.1 " + std::to_string(status) +
             " Words\r\nLocation: /elsewhere\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
    });
    const auto answer = send();
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->status, status);
    EXPECT_THAT(server.requests(), SizeIs(1)) << status;
  }
}

TEST_F(HttpsTransport, KeepsItsConnections) {
  serve();
  EXPECT_FALSE(send().value().connection_reused);
  EXPECT_TRUE(send().value().connection_reused);
}

TEST_F(HttpsTransport, ShowsItsCertificateToWhoeverAsks) {
  options_.client_certificate = certificate_of(authority_);
  const auto& server = serve();
  EXPECT_THAT(send(), IsOk());
  EXPECT_TRUE(server.requests().at(0).shows_certificate);
}

TEST_F(HttpsTransport, WithoutACertificateShowsNone) {
  const auto& server = serve();
  EXPECT_THAT(send(), IsOk());  // asking is not demanding
  EXPECT_FALSE(server.requests().at(0).shows_certificate);
}

TEST_F(HttpsTransport, SaysThatACertificateIsDemanded) {
  serve({}, [](const TlsRequest& request) { return request.shows_certificate ? answer_with("") : ""; });
  EXPECT_THAT(send(), AllOf(BlamedOn(Factor::kClientCertificate), Says("asked for a client certificate, got none"),
                            Says("Give a client certificate: this host demands one."), Not(Says("oauth_client"))));
  options_.client_certificate = certificate_of(authority_);
  EXPECT_THAT(make_https_transport(options_).value()->send(request_, context_), IsOk());
}

TEST_F(HttpsTransport, NamesNoCertificateWhereNoneWasAskedFor) {
  TlsServer::Settings settings;
  settings.asks = false;
  serve(settings, [](const TlsRequest&) { return ""; });
  EXPECT_THAT(send(), AllOf(IsError(ErrorCode::kConnection), BlamedOn(Factor::kNetwork), Not(Says("certificate")),
                            Not(Says("API"))));
}

TEST_F(HttpsTransport, SaysWhyTheServerRefusesItsCertificate) {
  const CertificateAuthority other;
  options_.client_certificate = certificate_of(other);
  TlsServer::Settings settings;
  settings.verdict = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  serve(settings);
  EXPECT_THAT(send(), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate),
                            Says("an authority that the server trusts"), Not(Says("Portal"))));
}

TEST_F(HttpsTransport, TrustsNobodyButItsAuthorities) {
  serve();
  const CertificateAuthority other;
  for (const TlsMaterial& ca : {TlsMaterial::in_memory(Secret(other.certificate())), TlsMaterial()}) {
    options_.server_ca = ca;
    EXPECT_THAT(make_https_transport(options_).value()->send(request_, context_),
                AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kServerCertificate), Says("server_ca"),
                      Not(Says("EASYPOST_CONNECT"))));
  }
  EXPECT_THAT(server_->requests(), IsEmpty());
}

TEST_F(HttpsTransport, StreamsBodies) {
  serve({}, [](const TlsRequest&) { return answer_with(std::string(100'000, 'a')); });
  std::string received;
  request_.options.sink = BodySink::to_function([&](std::string_view bytes) -> Result<void> {
    received += bytes;
    return {};
  });
  context_.max_response_bytes = 0;
  options_.max_response_bytes = 1000;  // a body in memory may have no more
  const auto answer = send();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(received, std::string(100'000, 'a'));
  EXPECT_EQ(answer->streamed_bytes, 100'000U);
  request_.options.sink = {};
  EXPECT_THAT(send(), IsError(ErrorCode::kResponseTooLarge));
}

TEST_F(HttpsTransport, SendsFilesAndFunctions) {
  const auto& server = serve({}, [](const TlsRequest&) { return answer_with("") + ""; });
  const TemporaryFolder folder;
  request_.method = Method::kPut;
  request_.options.content_type = "text/plain";
  request_.body = Body::from_file(folder.write("body", ""));
  EXPECT_THAT(send(), IsOk());
  request_.body = Body::from_function([](char*, std::size_t) { return std::size_t{0}; }, 0);
  EXPECT_THAT(send(), IsOk());
  EXPECT_THAT(server.requests(), SizeIs(2));
  request_.body = Body::from_file(folder.path("missing"));
  EXPECT_THAT(send(), IsError(ErrorCode::kBodyIo));
}

TEST_F(HttpsTransport, ServesManyThreads) {
  serve();
  Transport& shared = transport();
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 20; ++call) failed += shared.send(request_, context_) ? 0 : 1;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(HttpsTransport, GoesOnInAChildOfFork) {
  serve();
  ASSERT_THAT(send(), IsOk());
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    const auto answer = send();
    ::_exit(answer && !answer->connection_reused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(send().value().connection_reused) << "the parent's connection is as it was";
}

// --- plain http, and proxies

/// A server without TLS that says on each connection which head it got.
class PlainServer {
 public:
  PlainServer()
      : server_([](int connection) {
          std::string head;
          char c = 0;
          while (head.find("\r\n\r\n") == std::string::npos && ::read(connection, &c, 1) == 1) head += c;
          const std::string answer = answer_with(head.substr(0, head.find("\r\n")));
          static_cast<void>(::write(connection, answer.data(), answer.size()));
        }) {}
  [[nodiscard]] std::string authority(const std::string& host) const {
    return host + ":" + std::to_string(server_.port());
  }

 private:
  LoopbackServer server_;
};

/// A proxy for all connections, as long as it lives.
class EverybodysProxy {
 public:
  EverybodysProxy() { ::setenv("all_proxy", proxy_.url().c_str(), 1); }
  ~EverybodysProxy() { ::unsetenv("all_proxy"); }
  EverybodysProxy(const EverybodysProxy&) = delete;
  EverybodysProxy& operator=(const EverybodysProxy&) = delete;
  [[nodiscard]] std::vector<std::string> heads() const { return proxy_.heads(); }

 private:
  ScriptedProxy proxy_{[](const std::string&) { return "HTTP/1.1 200 Connected\r\n\r\n"; }};
};

TEST_F(HttpsTransport, SpeaksPlainHttpToAListedHostOnly) {
  const PlainServer server;
  options_.plain_http_hosts = {server.authority("LocalHost")};
  context_.url = "http://" + server.authority("localhost") + "/latest/meta-data";
  const auto answer = send();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->body, "GET /latest/meta-data HTTP/1.1");
  context_.url = "http://" + server.authority("127.0.0.1") + "/latest/meta-data";
  EXPECT_THAT(send(), AllOf(IsError(ErrorCode::kInvalidRequest), Says("plain_http_hosts")));
}

TEST_F(HttpsTransport, GoesThroughTheProxyOfTheEnvironment) {
  const EverybodysProxy proxy;
  serve();
  EXPECT_THAT(send(), IsOk());
  EXPECT_THAT(proxy.heads(), SizeIs(1));
}

TEST_F(HttpsTransport, SpeaksPlainHttpPastEveryProxy) {
  const EverybodysProxy proxy;
  ::setenv("http_proxy", std::getenv("all_proxy"), 1);
  const PlainServer server;
  options_.plain_http_hosts = {server.authority("localhost"), "localhost:1"};
  context_.url = "http://" + server.authority("localhost") + "/";
  EXPECT_THAT(send(), IsOk());
  context_.url = "http://localhost:1/";
  EXPECT_THAT(send(), AllOf(IsError(ErrorCode::kConnection), Not(Says("proxy"))));
  ::unsetenv("http_proxy");
  EXPECT_THAT(proxy.heads(), IsEmpty());
}

}  // namespace
}  // namespace easypost_connect
