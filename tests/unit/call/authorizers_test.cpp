// SPDX-License-Identifier: Apache-2.0
#include "call/authorizers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;

/// An attempt, and the context that its credentials are put into.
class AnAttempt : public ::testing::Test {
 protected:
  [[nodiscard]] AttemptFacts facts() const { return {Method::kGet, "https://api.example.test/jobs", now_, token_}; }

  const Moment now_ = FakeClock().now();
  const AccessToken token_{kToken, now_, 60s};
  CallContext context_;
};

class ApiKeyAuthorizer : public AnAttempt {};
class BearerAuthorizer : public AnAttempt {};

TEST_F(ApiKeyAuthorizer, PutsTheKeyOnAnAttempt) {
  EXPECT_THAT(internal::ApiKeyAuthorizer(Secret(kApiKey)).apply(facts(), context_), IsOk());
  ASSERT_EQ(context_.credentials.size(), 1U);
  EXPECT_EQ(context_.credentials[0].name, "x-api-key");
  EXPECT_TRUE(context_.credentials[0].value == Secret(kApiKey));
}

TEST_F(ApiKeyAuthorizer, SharesTheKeyInsteadOfCopyingIt) {
  const Secret key(kApiKey);
  EXPECT_THAT(internal::ApiKeyAuthorizer(key).apply(facts(), context_), IsOk());
  EXPECT_EQ(context_.credentials[0].value.expose().data(), key.expose().data());
}

TEST_F(ApiKeyAuthorizer, LeavesTheOtherCredentialsAlone) {
  context_.credentials.push_back({"authorization", Secret("canary-secret")});
  EXPECT_THAT(internal::ApiKeyAuthorizer(Secret(kApiKey)).apply(facts(), context_), IsOk());
  ASSERT_EQ(context_.credentials.size(), 2U);
  EXPECT_EQ(context_.credentials[0].name, "authorization");
}

TEST_F(BearerAuthorizer, PutsTheTokenOnAnAttempt) {
  EXPECT_THAT(internal::BearerAuthorizer().apply(facts(), context_), IsOk());
  ASSERT_EQ(context_.credentials.size(), 1U);
  EXPECT_EQ(context_.credentials[0].name, "authorization");
  EXPECT_TRUE(context_.credentials[0].value == Secret("Bearer canary-secret-token-1"));
  EXPECT_EQ(context_.credentials[0].value.expose().data(), token_.authorization().expose().data());
}

TEST_F(BearerAuthorizer, RefusesAnEmptyToken) {
  const AccessToken empty("", now_, 60s);
  EXPECT_THAT(internal::BearerAuthorizer().apply({Method::kGet, "", now_, empty}, context_),
              AllOf(IsError(ErrorCode::kTokenUnusable), BlamedOn(Factor::kAccessToken)));
  EXPECT_TRUE(context_.credentials.empty());
}

Error refusal(int status, Factor factor = Factor::kAccessToken) {
  Error error;
  error.factor = factor;
  error.seen.http_status = status;
  return error;
}

TEST_F(BearerAuthorizer, OnlyTheFirstUnauthorizedIsWorthAnotherToken) {
  const internal::BearerAuthorizer bearer;
  EXPECT_TRUE(bearer.wants_another_token(refusal(401), 0));
  EXPECT_FALSE(bearer.wants_another_token(refusal(401), 1));
  EXPECT_FALSE(bearer.wants_another_token(refusal(401), 2));
}

TEST_F(BearerAuthorizer, NoOtherStatusIsWorthAnotherToken) {
  for (const int status : {200, 204, 302, 400, 403, 407, 429, 500}) {
    EXPECT_FALSE(internal::BearerAuthorizer().wants_another_token(refusal(status), 0)) << status;
  }
}

TEST_F(BearerAuthorizer, NorIsARefusedKeyOrCertificate) {
  const internal::BearerAuthorizer bearer;
  EXPECT_FALSE(bearer.wants_another_token(refusal(401, Factor::kApiKey), 0));
  EXPECT_FALSE(bearer.wants_another_token(refusal(401, Factor::kClientCertificate), 0));
  EXPECT_TRUE(bearer.wants_another_token(refusal(401, Factor::kRequest), 0));
}

}  // namespace
}  // namespace easypost_connect::unit_test
