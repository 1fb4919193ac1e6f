// SPDX-License-Identifier: Apache-2.0
// One credential is wrong at a time, and the Error has to say which.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "sandbox/certificate_authority.hpp"

namespace easypost_connect {
namespace {

using sandbox::CertificateAuthority;
using sandbox::CertificateProfile;
using sandbox::IssuedCertificate;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TlsMaterial pem(const std::string& text) { return TlsMaterial::in_memory(Secret(text)); }

ClientCertificate certificate(const IssuedCertificate& issued) {
  return {pem(issued.certificate), pem(issued.private_key), {}};
}

/// Returns the Error of the first call of a client with changed options, or of create().
Error error_with(const Sandbox& sandbox, const std::function<void(ClientOptions&)>& change) {
  auto options = sandbox.client_options();
  change(options);
  auto client = ConnectClient::create(options);
  if (!client) return client.error();
  auto response = client->get("/jobs");
  EXPECT_FALSE(response);
  return response ? Error{} : response.error();
}

TEST(RefusedCredential, ClientCertificateOfAnotherAuthority) {
  const auto sandbox = Sandbox::start().value();
  const IssuedCertificate stranger = CertificateAuthority().issue();
  const Error error = error_with(
      sandbox, [&](ClientOptions& options) { options.credentials.client_certificate = certificate(stranger); });
  EXPECT_EQ(error.factor, Factor::kClientCertificate) << error.describe();
  EXPECT_EQ(error.code, ErrorCode::kTls);
  EXPECT_EQ(error.seen.tls_alert, "unknown_ca");
  EXPECT_FALSE(error.retryable);
}

TEST(RefusedCredential, KeyOfAnotherCertificateIsFoundBeforeAnythingIsSent) {
  const auto sandbox = Sandbox::start().value();
  const IssuedCertificate stranger = CertificateAuthority().issue();
  const Error error = error_with(sandbox, [&](ClientOptions& options) {
    options.credentials.client_certificate.private_key = pem(stranger.private_key);
  });
  EXPECT_EQ(error.factor, Factor::kClientCertificate);
  EXPECT_EQ(error.code, ErrorCode::kInvalidCredential);
  EXPECT_THAT(error.message, HasSubstr("does not belong to the certificate"));
  EXPECT_EQ(sandbox.counters().oauth_handshakes, 0U);
}

TEST(RefusedCredential, ExpiredClientCertificateIsFoundBeforeAnythingIsSent) {
  const auto sandbox = Sandbox::start().value();
  CertificateProfile profile;
  profile.valid_from = std::chrono::hours(-2);
  profile.valid_until = std::chrono::hours(-1);
  const IssuedCertificate expired = CertificateAuthority().issue(profile);
  const Error error = error_with(
      sandbox, [&](ClientOptions& options) { options.credentials.client_certificate = certificate(expired); });
  EXPECT_EQ(error.factor, Factor::kClientCertificate);
  EXPECT_THAT(error.message, HasSubstr("expired on "));
  EXPECT_EQ(sandbox.counters().oauth_handshakes, 0U);
}

TEST(RefusedCredential, WrongApiKey) {
  const auto sandbox = Sandbox::start().value();
  const Error error = error_with(
      sandbox, [](ClientOptions& options) { options.credentials.api_key = Secret("canary-secret-wrong-key"); });
  EXPECT_EQ(error.factor, Factor::kApiKey) << error.describe();
  EXPECT_EQ(error.seen.http_status, 403);
  EXPECT_THAT(error.request_id, Not(IsEmpty()));
  ASSERT_TRUE(error.response);
  EXPECT_THAT(error.response->body, HasSubstr("Forbidden"));
}

TEST(RefusedCredential, WrongClientSecret) {
  const auto sandbox = Sandbox::start().value();
  const Error error = error_with(
      sandbox, [](ClientOptions& options) { options.credentials.oauth_client.secret = Secret("canary-secret-wrong"); });
  EXPECT_EQ(error.factor, Factor::kOAuthClient) << error.describe();
  EXPECT_EQ(error.code, ErrorCode::kTokenRefused);
  EXPECT_EQ(error.seen.oauth_error, "invalid_client");
  EXPECT_EQ(sandbox.counters().api_requests, 0U);  // no call goes out without all three
}

TEST(RefusedCredential, UnknownScope) {
  const auto sandbox = Sandbox::start().value();
  const Error error =
      error_with(sandbox, [](ClientOptions& options) { options.credentials.oauth_client.scope = "everything"; });
  EXPECT_EQ(error.factor, Factor::kOAuthClient);
  EXPECT_EQ(error.seen.oauth_error, "invalid_scope");
}

TEST(RefusedCredential, AccessTokenThatTheApiRefusesTwiceIsFinal) {
  auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  SandboxFault unauthorized;
  unauthorized.status = 401;
  unauthorized.times = 2;
  sandbox.inject(SandboxHost::kApi, unauthorized);
  const auto response = client.get("/jobs");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().factor, Factor::kAccessToken);
  EXPECT_EQ(sandbox.counters().token_requests, 2U);
  EXPECT_EQ(sandbox.counters().api_requests, 2U);
}

TEST(RefusedCredential, ServerOfAnotherAuthorityGetsNoCredential) {
  const auto sandbox = Sandbox::start().value();
  const CertificateAuthority stranger;
  const Error error =
      error_with(sandbox, [&](ClientOptions& options) { options.server_ca = pem(stranger.certificate()); });
  EXPECT_EQ(error.factor, Factor::kServerCertificate) << error.describe();
  EXPECT_EQ(error.code, ErrorCode::kTls);
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(sandbox.counters().token_requests, 0U);
}

TEST(RefusedCredential, ServerOfAPrivateAuthorityIsNotTrustedByDefault) {
  const auto sandbox = Sandbox::start().value();
  const Error error = error_with(sandbox, [](ClientOptions& options) { options.server_ca = {}; });
  EXPECT_EQ(error.factor, Factor::kServerCertificate) << error.describe();
}

TEST(RefusedCredential, ServerWithAnotherNameGetsNoCredential) {
  const auto sandbox = Sandbox::start().value();
  const Error error = error_with(sandbox, [](ClientOptions& options) {
    // This is a name of this machine (RFC 6761, section 6.3: libcurl asks no name server) that the certificate does not
    // have.
    auto& url = options.environment.token_url;
    url.replace(url.find("localhost"), 9, "elsewhere.localhost");
  });
  EXPECT_EQ(error.factor, Factor::kServerCertificate) << error.describe();
  EXPECT_EQ(sandbox.counters().token_requests, 0U);
}

}  // namespace
}  // namespace easypost_connect
