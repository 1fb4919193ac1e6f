// SPDX-License-Identifier: Apache-2.0
#include "call/bearer_authorizer.hpp"

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::FakeClock;
using test_support::kToken;

TEST(BearerAuthorizer, PutsTheTokenOnACall) {
  const AccessToken token(kToken, FakeClock().now(), 60s);
  CallContext context;
  BearerAuthorizer().apply(context, token);
  ASSERT_EQ(context.credentials.size(), 1U);
  EXPECT_EQ(context.credentials[0].name, "authorization");
  EXPECT_TRUE(context.credentials[0].value == Secret("Bearer canary-secret-token-1"));
  EXPECT_EQ(context.credentials[0].value.expose().data(), token.authorization().expose().data());
}

Error refusal(int status, Factor factor = Factor::kAccessToken) {
  Error error;
  error.factor = factor;
  error.seen.http_status = status;
  return error;
}

TEST(BearerAuthorizer, OnlyTheFirstUnauthorizedIsWorthAnotherToken) {
  const BearerAuthorizer bearer;
  EXPECT_TRUE(bearer.wants_another_token(refusal(401), 0));
  EXPECT_FALSE(bearer.wants_another_token(refusal(401), 1));
  EXPECT_FALSE(bearer.wants_another_token(refusal(401), 2));
}

TEST(BearerAuthorizer, NoOtherStatusIsWorthAnotherToken) {
  for (const int status : {200, 204, 302, 400, 403, 407, 429, 500}) {
    EXPECT_FALSE(BearerAuthorizer().wants_another_token(refusal(status), 0)) << status;
  }
}

TEST(BearerAuthorizer, NorIsARefusedKeyOrCertificate) {
  EXPECT_FALSE(BearerAuthorizer().wants_another_token(refusal(401, Factor::kApiKey), 0));
  EXPECT_FALSE(BearerAuthorizer().wants_another_token(refusal(401, Factor::kClientCertificate), 0));
  EXPECT_TRUE(BearerAuthorizer().wants_another_token(refusal(401, Factor::kRequest), 0));
}

}  // namespace
}  // namespace easypost_connect::internal
