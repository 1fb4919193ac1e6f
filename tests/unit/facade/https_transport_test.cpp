// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/https_transport.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

// The tests here need no network; the integration tests have the others.

TEST(HttpsTransport, IsMadeOfTheDefaults) { EXPECT_THAT(make_https_transport({}), IsOk()); }

TEST(HttpsTransport, RefusesOptionsThatCannotWork) {
  const std::pair<const char*, std::function<void(HttpsTransportOptions&)>> rows[] = {
      {"connect_timeout", [](auto& options) { options.connect_timeout = 0ms; }},
      {"request_timeout", [](auto& options) { options.request_timeout = 25h; }},
      {"connections.idle_timeout", [](auto& options) { options.connections.idle_timeout = 0s; }},
      {"max_response_bytes", [](auto& options) { options.max_response_bytes = 0; }},
      {"plain_http_hosts", [](auto& options) { options.plain_http_hosts = {""}; }},
      {"plain_http_hosts", [](auto& options) { options.plain_http_hosts = {"http://169.254.169.254"}; }},
      {"plain_http_hosts", [](auto& options) { options.plain_http_hosts = {"169.254.169.254/latest"}; }},
      {"plain_http_hosts",
       [](auto& options) {
         options.plain_http_hosts = {"169.254.169.254", "*.internal x"};
       }},
      {"plain_http_hosts", [](auto& options) { options.plain_http_hosts = {"user@localhost"}; }},
      {"plain_http_hosts", [](auto& options) { options.plain_http_hosts = {"localhost:0"}; }},
      {"plain_http_hosts", [](auto& options) { options.plain_http_hosts = {"[fd00:ec2::254"}; }},
      {"client_certificate.private_key is set",
       [](auto& options) { options.client_certificate.private_key = pem("a key"); }},
      {"client_certificate.passphrase is set",
       [](auto& options) { options.client_certificate.passphrase = Secret("canary-secret"); }},
  };
  for (const auto& [name, spoil] : rows) {
    HttpsTransportOptions options;
    spoil(options);
    EXPECT_THAT(make_https_transport(std::move(options)), AllOf(IsError(ErrorCode::kInvalidOption), Says(name)));
  }
}

TEST(HttpsTransport, RefusesPlainHostsThatNoUrlCouldName) {
  for (const char* host : {"*", "*.internal", ".internal", "[zz]", "[]", "a,b", "localhost;x", "localhost:080"}) {
    HttpsTransportOptions options;
    options.plain_http_hosts = {host};
    EXPECT_THAT(make_https_transport(std::move(options)), AllOf(IsError(ErrorCode::kInvalidOption), Says(host)));
  }
}

TEST(HttpsTransport, RefusesACertificateThatCannotWork) {
  HttpsTransportOptions options;
  options.client_certificate = {pem(good_client().certificate), pem(other_client().private_key), {}};
  EXPECT_THAT(make_https_transport(options),
              AllOf(IsError(ErrorCode::kInvalidCredential), Says("client_certificate.private_key"),
                    Says("does not belong to the certificate"), Not(Says("Portal")), Not(Says("EASYPOST_CONNECT"))));
  options.client_certificate = {};
  options.server_ca = pem("no certificate");
  EXPECT_THAT(make_https_transport(options), AllOf(IsError(ErrorCode::kInvalidCredential), Says("server_ca"),
                                                   Not(Says("Portal")), Not(Says("EASYPOST_CONNECT"))));
}

class HttpsTransportSend : public ::testing::Test {
 protected:
  HttpsTransportSend() { context_.url = "https://localhost:1/"; }

  Result<Response> send() { return transport_->send(request_, context_); }

  /// Nothing was sent, and the Error says so.
  static auto is_refused() { return IsError(ErrorCode::kInvalidRequest); }

  const std::shared_ptr<Transport> transport_ = [] {
    HttpsTransportOptions options;
    options.plain_http_hosts = {"169.254.169.254", "[fd00:ec2::254]", "Metadata.google.internal", "localhost:8080"};
    return make_https_transport(std::move(options)).value();
  }();
  Request request_;
  CallContext context_;
};

TEST_F(HttpsTransportSend, RefusesUrlsThatLeadElsewhere) {
  for (const char* url : {
           "",
           "/v1/secret",
           "localhost",
           "ftp://localhost/",
           "file:///etc/passwd",
           "https://user:canary-secret@localhost/",  // the message shows neither user nor password
           "https://localhost/a b",
           "https://localhost/\r\nx-evil: 1",
           "https://localhost/#part",
           "https://:443/",
           "https://localhost:0/",
           "http://user@169.254.169.254/",
           "http://169.254.169.254/a\nb",
       }) {
    context_.url = url;
    const auto answer = send();
    ASSERT_THAT(answer, AllOf(is_refused(), Says("CallContext::url"), Not(Says("canary-secret")))) << url;
    EXPECT_TRUE(answer.error().never_sent && answer.error().never_whole);
  }
}

TEST_F(HttpsTransportSend, RefusesPlainHttpToHostsThatAreNotListed) {
  for (const char* url : {
           "http://localhost/",
           "http://169.254.169.254:8080/",
           "http://169.254.169.254.evil.test/",
           "http://169.254.169.25/",
           "http://2852039166/",  // the same address as a number
           "http://0xa9fea9fe/",
           "http://[fd00:ec2:0::254]/",  // and otherwise
           "http://metadata.google.internal./",
           "http://localhost:8081/",
           "http://[::ffff:169.254.169.254]/",
       }) {
    context_.url = url;
    EXPECT_THAT(send(), AllOf(is_refused(), Says("plain_http_hosts"))) << url;
  }
}

TEST_F(HttpsTransportSend, LetsListedHostsPass) {
  const CancellationSource source;
  source.cancel();  // a call notices that behind all checks, and before anything is sent
  context_.cancellation = source.token();
  for (const char* url : {"http://169.254.169.254/latest/", "http://169.254.169.254:80/", "http://[fd00:ec2::254]/",
                          "http://[FD00:EC2::254]/?a=b", "http://METADATA.google.internal", "http://localhost:8080/",
                          "HTTP://169.254.169.254:80/", "https://anywhere.test/"}) {
    context_.url = url;
    EXPECT_THAT(send(), IsError(ErrorCode::kCancelled)) << url;
  }
}

TEST_F(HttpsTransportSend, RefusesHeadersThatWouldBreakTheMessage) {
  const auto in_request = [&](const char* name, const char* value) { request_.options.headers.add(name, value); };
  const auto in_context = [&](const char* name, const char* value) { context_.headers.add(name, value); };
  const auto secret = [&](const char* name, const char* value) {
    context_.credentials.push_back({name, Secret(value)});
  };
  const std::function<void(const char*, const char*)> places[] = {in_request, in_context, secret};
  for (const auto& put : places) {
    for (const auto& [name, value] : {
             std::pair{"x-vault-token", "canary-secret\r\nx-evil: 1"},
             {"x-vault-token", "canary-secret\n"},
             {"x-evil: 1\r\nx-vault-token", "canary-secret"},
             {"", "canary-secret"},
             {"Host", "canary-secret"},
             {"content-length", "1"},
             {"transfer-encoding", "chunked"},
             {"content-type", "text/plain"},
         }) {
      request_.options.headers.clear();
      context_.headers.clear();
      context_.credentials.clear();
      put(name, value);
      const auto answer = send();
      ASSERT_THAT(answer, AllOf(is_refused(), Says("header"), Not(Says("canary-secret")), Not(Says("x-evil"))));
      EXPECT_TRUE(answer.error().never_sent);
    }
  }
}

TEST_F(HttpsTransportSend, RefusesAContentTypeThatWouldBreakTheMessage) {
  request_.body = "{}";
  context_.content_type = "text/plain\r\nx-evil: 1";
  EXPECT_THAT(send(), is_refused());
  context_.content_type.clear();
  request_.options.content_type = "text/plain\r\nx-evil: 1";
  EXPECT_THAT(send(), is_refused());
}

TEST_F(HttpsTransportSend, TakesADeadlineThatHasPassedAsItIs) {
  context_.deadline = std::chrono::steady_clock::now() - 1s;
  EXPECT_THAT(send(), IsError(ErrorCode::kTimeout));
}

TEST_F(HttpsTransportSend, WithoutADeadlineHasTimeToConnect) {
  EXPECT_THAT(send(), AllOf(IsError(ErrorCode::kConnection), BlamedOn(Factor::kNetwork)));  // nobody listens there
}

TEST_F(HttpsTransportSend, EndsWithTheCancellationOfTheRequestToo) {
  const CancellationSource source;
  source.cancel();
  request_.options.cancellation = source.token();
  EXPECT_THAT(send(), IsError(ErrorCode::kCancelled));
}

}  // namespace
}  // namespace easypost_connect::unit_test
