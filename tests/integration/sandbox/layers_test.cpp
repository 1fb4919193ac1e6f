// SPDX-License-Identifier: Apache-2.0
// The sandbox enforces the three layers of credentials.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/certificate_authority.hpp"
#include "sandbox_caller.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using sandbox::CertificateAuthority;
using sandbox::CertificateProfile;
using sandbox::IssuedCertificate;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::RawAnswer;
using testing::RawRequest;
using testing::SandboxCaller;
using testing::send_once;

RawRequest with_certificate(RawRequest request, const IssuedCertificate& client) {
  request.client_certificate = client.certificate;
  request.client_key = client.private_key;
  return request;
}

void expect_no_answer(const RawAnswer& answer) {
  EXPECT_NE(answer.code, CURLE_OK);
  EXPECT_EQ(answer.status, 0);
}

TEST(SandboxHandshake, RefusesAClientWithoutCertificateAndTellsItWhy) {
  SandboxCaller caller;
  RawRequest request = caller.bare(caller.value("API_URL") + "/jobs");
  for (int i = 0; i < 20; ++i) {  // the alert must not lose a race against the end of the connection
    const RawAnswer answer = send_once(request);
    expect_no_answer(answer);
    EXPECT_THAT(answer.error, HasSubstr("alert"));
  }
  request.highest_tls = CURL_SSLVERSION_MAX_TLSv1_2;
  const RawAnswer answer = send_once(request);
  expect_no_answer(answer);
  EXPECT_THAT(answer.error, HasSubstr("alert"));
  EXPECT_EQ(caller.sandbox.counters().api_requests, 0U);
  EXPECT_EQ(caller.sandbox.counters().api_handshakes, 0U);
}

TEST(SandboxHandshake, RefusesACertificateOfAnotherAuthority) {
  SandboxCaller caller;
  const IssuedCertificate stranger = CertificateAuthority().issue();
  expect_no_answer(send_once(with_certificate(caller.call("/jobs"), stranger)));
}

TEST(SandboxHandshake, AcceptsNoOlderTlsThan12) {
  SandboxCaller caller;
  RawRequest request = caller.call("/jobs");
  request.highest_tls = CURL_SSLVERSION_MAX_TLSv1_2;
  EXPECT_EQ(send_once(request).status, 200);
  request.highest_tls = CURL_SSLVERSION_MAX_TLSv1_1;
  expect_no_answer(send_once(request));
}

TEST(SandboxHandshake, IsCountedOncePerConnection) {
  for (const long highest_tls : {CURL_SSLVERSION_MAX_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_3}) {
    SandboxCaller caller;
    RawRequest request = caller.call("/jobs");
    request.highest_tls = highest_tls;
    for (int i = 0; i < 20; ++i) EXPECT_EQ(caller.https.send(request).status, 200);
    EXPECT_EQ(caller.sandbox.counters().api_handshakes, 1U);
    EXPECT_EQ(caller.sandbox.counters().api_requests, 20U);
    EXPECT_EQ(caller.sandbox.counters().oauth_handshakes, 1U);
  }
}

TEST(SandboxLayers, LetACallThroughThatHasAllThree) {
  SandboxCaller caller;
  const RawAnswer answer = caller.get("/jobs");
  EXPECT_EQ(answer.status, 200) << answer.error;
  EXPECT_EQ(answer.header("x-amzn-requestid").size(), 36U);
  EXPECT_EQ(caller.sandbox.counters().api_refused, 0U);
}

TEST(SandboxLayers, RefuseAMissingApiKeyWithForbidden) {
  SandboxCaller caller;
  RawRequest request = caller.call("/jobs");
  request.headers.erase(request.headers.begin());
  const RawAnswer answer = send_once(request);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body, R"({"message":"Forbidden"})");
  EXPECT_EQ(answer.header("x-amzn-errortype"), "ForbiddenException");
  EXPECT_EQ(answer.header("x-amzn-requestid").size(), 36U);
}

TEST(SandboxLayers, RefuseAWrongApiKeyBeforeTheyLookAtTheToken) {
  SandboxCaller caller;
  RawRequest request = caller.certified("/jobs");
  std::string almost = caller.api_key_header();
  almost.back() = almost.back() == '0' ? '1' : '0';
  request.headers = {almost, "authorization: Bearer nonsense"};
  EXPECT_EQ(send_once(request).status, 403);
  EXPECT_EQ(caller.sandbox.counters().api_refused, 1U);
}

TEST(SandboxLayers, RefuseAMissingOrUnknownTokenWithUnauthorized) {
  // No error is named where no token was shown (RFC 6750, section 3.1).
  const std::vector<std::pair<const char*, const char*>> challenges = {
      {"x-nothing: here", R"(Bearer realm="sandbox")"},
      {"authorization: Basic Zm9vOmJhcg==", R"(Bearer realm="sandbox")"},
      {"authorization: Bearer nonsense", R"(Bearer realm="sandbox", error="invalid_token")"}};
  SandboxCaller caller;
  for (const auto& [authorization, challenge] : challenges) {
    RawRequest request = caller.certified("/jobs");
    request.headers = {caller.api_key_header(), authorization};
    const RawAnswer answer = send_once(request);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.body, R"({"message":"Unauthorized"})");
    EXPECT_EQ(answer.header("www-authenticate"), challenge);
    EXPECT_EQ(answer.header("x-amzn-errortype"), "UnauthorizedException");
  }
  EXPECT_EQ(caller.sandbox.counters().api_refused, 3U);
}

TEST(SandboxLayers, RefuseAnExpiredToken) {
  SandboxOptions options;
  options.token_life = 0s;
  EXPECT_EQ(SandboxCaller(options).get("/jobs").status, 401);
}

TEST(SandboxLayers, RefuseARevokedToken) {
  SandboxCaller caller;
  const RawRequest request = caller.call("/jobs");
  EXPECT_EQ(caller.https.send(request).status, 200);
  caller.sandbox.revoke_tokens();
  EXPECT_EQ(caller.https.send(request).status, 401);
  EXPECT_EQ(caller.get("/jobs").status, 200);
}

TEST(SandboxLayers, ComeBeforeTheQuestionWhetherThePathExists) {
  SandboxCaller caller;
  EXPECT_EQ(send_once(caller.certified("/nothing")).status, 403);
  EXPECT_EQ(caller.get("/nothing").status, 404);
  EXPECT_EQ(caller.get("/" + std::string(8000, 'x')).status, 404);
}

/// Shows the sandbox certificates that differ from a good one in one thing.
class SandboxClientCertificates : public ::testing::Test {
 protected:
  static SandboxOptions trusting(const CertificateAuthority& authority) {
    SandboxOptions options;
    options.client_ca = authority.certificate();
    return options;
  }

  RawAnswer call_with(const CertificateProfile& profile) {
    return send_once(with_certificate(caller_.call("/jobs"), authority_.issue(profile)));
  }

  const CertificateAuthority authority_;
  SandboxCaller caller_{trusting(authority_)};
};

TEST_F(SandboxClientCertificates, PassWhenTheirAuthorityIsTrusted) {
  CertificateProfile profile;
  EXPECT_EQ(call_with(profile).status, 200);
  profile.key_type = sandbox::KeyType::kP256;
  EXPECT_EQ(call_with(profile).status, 200);
}

TEST_F(SandboxClientCertificates, AreRefusedWhenExpired) {
  CertificateProfile profile;
  profile.valid_from = -2h;
  profile.valid_until = -1h;
  expect_no_answer(call_with(profile));
}

TEST_F(SandboxClientCertificates, AreRefusedWhenNotYetValid) {
  CertificateProfile profile;
  profile.valid_from = 1h;
  profile.valid_until = 2h;
  expect_no_answer(call_with(profile));
}

TEST_F(SandboxClientCertificates, AreRefusedWhenMadeForServers) {
  expect_no_answer(call_with(sandbox::server_profile()));
}

TEST_F(SandboxClientCertificates, NeedThePassphraseTheirKeyWasEncryptedWith) {
  CertificateProfile profile;
  profile.passphrase = "canary-secret-passphrase";
  RawRequest request = with_certificate(caller_.call("/jobs"), authority_.issue(profile));
  EXPECT_THAT(request.client_key, HasSubstr("BEGIN ENCRYPTED"));
  // The second is what libcurl 8.23 says.
  EXPECT_THAT(send_once(request).code, AnyOf(CURLE_SSL_CERTPROBLEM, CURLE_BAD_FUNCTION_ARGUMENT));
  request.client_key_passphrase = profile.passphrase;
  EXPECT_EQ(send_once(request).status, 200);
}

}  // namespace
}  // namespace easypost_connect
