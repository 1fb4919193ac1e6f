// SPDX-License-Identifier: Apache-2.0
// A server that asks for the client certificate gets it, or gets no request. If the server does not like the
// certificate, the Error says so.
#include <stdlib.h>

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

#include "result_matchers.hpp"
#include "scripted_proxy.hpp"
#include "tls_server.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using sandbox::CertificateAuthority;
using sandbox::CertificateProfile;
using sandbox::IssuedCertificate;
using sandbox::KeyType;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

bool is_call(const TlsRequest& request) { return request.head.rfind("POST /token", 0) != 0; }

/// Gives a token to whoever wants one; the test answers a call.
TlsServer::Answer with_token(TlsServer::Answer answer) {
  return [answer = std::move(answer)](const TlsRequest& request) -> std::string {
    if (is_call(request)) return answer(request);
    const std::string token = R"({"access_token":"t","token_type":"Bearer","expires_in":3600})";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(token.size()) + "\r\n\r\n" + token;
  };
}

std::string answer_ok(const TlsRequest& /*request*/) { return kOk; }

class ShownCertificate : public ::testing::Test {
 protected:
  ClientOptions options_for(const TlsServer& server, const std::string& host = "localhost",
                            KeyType key = KeyType::kP256) const {
    CertificateProfile profile;
    profile.key_type = key;
    const IssuedCertificate client = authority_.issue(profile);
    const std::string port = ':' + std::to_string(server.port());
    ClientOptions options;
    options.environment = Environment::custom("https://" + host + port, "https://localhost" + port + "/token");
    options.credentials.client_certificate = {
        TlsMaterial::in_memory(Secret(client.certificate)), TlsMaterial::in_memory(Secret(client.private_key)), {}};
    options.credentials.api_key = Secret("key");
    options.credentials.oauth_client.id = "client";
    options.credentials.oauth_client.secret = Secret("secret");
    options.server_ca = TlsMaterial::in_memory(Secret(authority_.certificate()));
    options.retry.max_attempts = 1;
    return options;
  }

  static std::vector<TlsRequest> calls_at(const TlsServer& server) {
    std::vector<TlsRequest> calls;
    for (auto& request : server.requests()) {
      if (is_call(request)) calls.push_back(request);
    }
    return calls;
  }

  CertificateAuthority authority_;
};

struct Unprovable {
  int tls_version;
  KeyType key;
  const char* signatures;
  const char* says;
};

constexpr Unprovable kUnprovable[] = {
    {TLS1_2_VERSION, KeyType::kP256, "RSA+SHA256", "its key is EC P-256"},
    {TLS1_2_VERSION, KeyType::kRsa2048, "ECDSA+SHA256", "its key is RSA"},
    {TLS1_3_VERSION, KeyType::kP256, "rsa_pss_rsae_sha256", "its key is EC P-256"},
    {TLS1_3_VERSION, KeyType::kRsa2048, "ECDSA+SHA256", "keys of these kinds: EC P-256"},
};

/// The second call would resume a session of the first one, if there were any.
TEST_F(ShownCertificate, IsNotReplacedByNoneWhereTheServerTakesNoSuchKey) {
  for (const auto& row : kUnprovable) {
    SCOPED_TRACE(row.signatures);
    const TlsServer server(authority_, {row.tls_version, true, false, row.signatures, X509_V_OK, {"DNS:localhost"}},
                           with_token(answer_ok));
    auto client = ConnectClient::create(options_for(server, "localhost", row.key)).value();
    Request request;
    request.path = "/jobs";
    const auto is_withheld = AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate),
                                   Says("could not be shown"), Says(row.says), Not(IsRetryable()));
    for (int call = 0; call < 2; ++call) {
      const auto answer = client.get("/jobs");
      ASSERT_THAT(answer, is_withheld);
      EXPECT_TRUE(answer.error().never_sent);
    }
    const auto answer = send_future(client, request).get();
    ASSERT_THAT(answer, is_withheld);
    EXPECT_TRUE(answer.error().never_sent);
    EXPECT_THAT(client.warm_up(), is_withheld);
    EXPECT_TRUE(calls_at(server).empty());
  }
}

// People write hosts like this, and libcurl reads them: through a proxy, so that no name has to be looked up. Each
// spelling reaches the server with the certificate, or does not reach it.
constexpr const char* kSpellings[] = {
    "api.test",           "API.Test",         "api.test.",  "API.TEST.", "%61pi.test", "b\u00fccher.test",
    "xn--bcher-kva.test", "api.test%2e",      "127.0.0.1",  "127.1",     "0x7f.1",     "2130706433",
    "127.000.000.001",    "0177.0.0.1",       "127.0.0.1.", "[::1]",     "[0:0::1]",   "[::ffff:127.0.0.1]",
    "[::1%25lo]",         "[fe80::1%25eth0]", "a_b.test",   "-a.test",   "xn--a.test",
};

TEST_F(ShownCertificate, GoesOutHoweverTheHostIsWritten) {
  const TlsServer server(
      authority_,
      {TLS1_3_VERSION,
       true,
       false,
       nullptr,
       X509_V_OK,
       {"DNS:localhost", "DNS:*.test", "IP:127.0.0.1", "IP:::1", "IP:::ffff:127.0.0.1", "IP:fe80::1"}},
      with_token(answer_ok));
  const ScriptedProxy proxy([](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\n"; });
  setenv("https_proxy", proxy.url().c_str(), 1);
  std::size_t answered = 0;
  for (const char* host : kSpellings) {
    SCOPED_TRACE(host);
    auto client = ConnectClient::create(options_for(server, host));
    if (!client) continue;  // such a URL is refused
    if (client->get("/jobs")) ++answered;
  }
  unsetenv("https_proxy");
  const auto calls = calls_at(server);
  EXPECT_EQ(calls.size(), answered);
  EXPECT_GE(answered, 10U);
  for (const TlsRequest& call : calls) EXPECT_TRUE(call.shows_certificate) << call.head;
}

/// The server asks after the handshake, when it has the request.
TEST_F(ShownCertificate, GoesOutToAServerThatAsksLater) {
  const TlsServer server(authority_, {TLS1_3_VERSION, true, true, nullptr, X509_V_OK, {"DNS:localhost"}},
                         with_token(answer_ok));
  EXPECT_THAT(ConnectClient::create(options_for(server)).value().get("/jobs"), IsOk());
  const auto calls = calls_at(server);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_TRUE(calls.front().shows_certificate);
}

TEST_F(ShownCertificate, EndsTheCallAtAServerThatAsksLaterForAnotherKey) {
  const TlsServer server(authority_, {TLS1_3_VERSION, true, true, "rsa_pss_rsae_sha256", X509_V_OK, {"DNS:localhost"}},
                         with_token(answer_ok));
  const auto answer = ConnectClient::create(options_for(server)).value().get("/jobs");
  ASSERT_THAT(answer, AllOf(BlamedOn(Factor::kClientCertificate), Says("could not be shown"), Says("EC P-256")));
  EXPECT_FALSE(answer.error().never_sent);  // the server had read it
}

struct Verdict {
  int tls_version;
  int verdict;
  const char* alert;
  const char* says;
};

// OpenSSL makes these of verdicts as a server; a server of BoringSSL says internal_error of all it does not know
// better.
constexpr Verdict kVerdicts[] = {
    {TLS1_2_VERSION, X509_V_ERR_UNSPECIFIED, "internal_error", "BoringSSL"},
    {TLS1_3_VERSION, X509_V_ERR_UNSPECIFIED, "internal_error", "BoringSSL"},
    {TLS1_2_VERSION, X509_V_ERR_CERT_SIGNATURE_FAILURE, "decrypt_error", "issuer of the same name"},
    {TLS1_3_VERSION, X509_V_ERR_CERT_SIGNATURE_FAILURE, "decrypt_error", "issuer of the same name"},
    {TLS1_3_VERSION, X509_V_ERR_CERT_REVOKED, "certificate_revoked", "new key"},
    {TLS1_2_VERSION, X509_V_ERR_APPLICATION_VERIFICATION, "handshake_failure", "issued by the Portal"},
};

TEST_F(ShownCertificate, IsNamedWhenAnAlertFollowsIt) {
  for (const auto& row : kVerdicts) {
    SCOPED_TRACE(row.alert);
    const TlsServer server(authority_, {row.tls_version, true, false, nullptr, row.verdict, {"DNS:localhost"}},
                           with_token(answer_ok));
    const auto answer = ConnectClient::create(options_for(server)).value().get("/jobs");
    ASSERT_THAT(answer, AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says(row.says)));
    EXPECT_EQ(answer.error().seen.tls_alert, row.alert);
  }
}

TEST_F(ShownCertificate, IsNotShownToAServerWhoseOwnNamesNoHost) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServer server(authority_, {version, true, false, nullptr, X509_V_OK, {}}, with_token(answer_ok));
    EXPECT_THAT(ConnectClient::create(options_for(server)).value().get("/jobs"),
                AllOf(BlamedOn(Factor::kServerCertificate), Says("subjectAltName"), Says("issued again")));
    EXPECT_TRUE(server.requests().empty());
  }
}

/// The server says no while the body is on its way.
TEST_F(ShownCertificate, IsNamedWhenAnAlertEndsABody) {
  for (const bool blocking : {true, false}) {
    const TlsServer server(authority_,
                           {TLS1_3_VERSION, true, false, nullptr, X509_V_ERR_CERT_REVOKED, {"DNS:localhost"}},
                           with_token(answer_ok));
    auto client = ConnectClient::create(options_for(server)).value();
    Request request{Method::kPut, "/jobs", std::string(std::size_t{7} * 1024 * 1024, 'x'), {}};
    const auto answer = blocking ? client.send(request) : send_future(client, std::move(request)).get();
    ASSERT_THAT(answer, AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says("new key")));
    EXPECT_EQ(answer.error().seen.tls_alert, "certificate_revoked");
  }
}

/// One client's sessions are offered neither by another nor by the same one with other credentials.
TEST_F(ShownCertificate, IsNeverThatOfAnEarlierSession) {
  const auto answer_and_end = [](const TlsRequest&) -> std::string {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServer server(authority_, {version, true, false, nullptr, X509_V_OK, {"DNS:localhost"}},
                           with_token(answer_and_end));
    const auto resumed = [&server](const Result<Response>& answer) {
      EXPECT_THAT(answer, IsOk());
      return calls_at(server).back().resumed;
    };
    const auto call_async = [](ConnectClient& client) {
      return send_future(client, Request{Method::kGet, "/jobs", {}, {}}).get();
    };
    auto first = ConnectClient::create(options_for(server)).value();
    EXPECT_FALSE(resumed(first.get("/jobs")));
    EXPECT_TRUE(resumed(first.get("/jobs")));
    EXPECT_FALSE(resumed(call_async(first))) << "its I/O thread has sessions of its own";

    auto second = ConnectClient::create(options_for(server)).value();
    EXPECT_FALSE(resumed(second.get("/jobs")));
    EXPECT_FALSE(resumed(call_async(second)));

    ASSERT_THAT(first.reload(options_for(server).credentials), IsOk());
    EXPECT_FALSE(resumed(first.get("/jobs")));
    EXPECT_FALSE(resumed(call_async(first)));
    EXPECT_TRUE(resumed(first.get("/jobs")));
  }
}

/// Neither names the certificate as refused: an answer had begun.
TEST_F(ShownCertificate, IsNotBlamedForAnAnswerThatBreaksOff) {
  for (const char* headers : {"Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const TlsServer server(authority_, {}, with_token([&](const TlsRequest&) {
                             return std::string("HTTP/1.1 200 OK\r\nConnection: close\r\n") + headers + "\r\n";
                           }));
    const auto answer = ConnectClient::create(options_for(server)).value().get("/jobs");
    EXPECT_THAT(answer, AllOf(BlamedOn(Factor::kNetwork), Says("status 200"), Not(Says("client certificate"))));
  }
}

/// The server takes the certificate as shown, does not ask again, and ends the connection.
TEST_F(ShownCertificate, IsNamedWhenAServerEndsAResumedSession) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServer server(authority_, {version, true, false, nullptr, X509_V_OK, {"DNS:localhost"}},
                           with_token([](const TlsRequest& request) -> std::string {
                             if (request.resumed) return {};
                             return "HTTP/1.1 418 I\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
                           }));
    auto client = ConnectClient::create(options_for(server)).value();
    EXPECT_THAT(client.get("/jobs"), BlamedOn(Factor::kRequest));
    EXPECT_THAT(client.get("/jobs"), AllOf(BlamedOn(Factor::kClientCertificate), Says("asked for"), Says("otherwise")));
    const auto calls = calls_at(server);
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_TRUE(calls.back().resumed);
    EXPECT_TRUE(calls.back().shows_certificate);
  }
}

/// libcurl sends what has no body again without asking, when the connection ends before an answer begins.
TEST_F(ShownCertificate, CarriesAPostWithoutABodyOnce) {
  const TlsServer server(authority_, {}, with_token([](const TlsRequest& request) -> std::string {
                           return request.head.rfind("POST", 0) == 0 ? std::string() : kOk;
                         }));
  auto client = ConnectClient::create(options_for(server)).value();
  ASSERT_THAT(client.get("/jobs"), IsOk());
  EXPECT_THAT(client.send({Method::kPost, "/jobs", {}, {}}), BlamedOn(Factor::kNetwork));
  EXPECT_EQ(calls_at(server).size(), 2U);
}

}  // namespace
}  // namespace easypost_connect
