// SPDX-License-Identifier: Apache-2.0
#include "call/retry_policy.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "call/answer_error.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

double least() { return 0.0; }
double half() { return 0.5; }
double most() { return 0.999; }

Error retryable(int status = 0) {
  Error error = failure(ErrorCode::kConnection);
  error.retryable = true;
  error.seen.http_status = status;
  return error;
}

class RetryPolicy : public ::testing::Test {
 protected:
  /// Returns the pause before the next attempt, or nothing if there is to be none.
  std::optional<std::chrono::milliseconds> pause(const Error& error, Method method = Method::kGet, int attempts = 1) {
    const Moment now = clock_.now();
    request_.method = method;
    const auto at = policy_.next_attempt(error, request_, attempts, now, now.steady + left_);
    if (!at) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(*at - now.steady);
  }

  FakeClock clock_;
  std::chrono::milliseconds left_ = 1h;  // time left before the deadline
  Request request_;
  internal::RetryPolicy policy_{RetryOptions(), half};
};

TEST_F(RetryPolicy, RepeatsOnlyWhatMaySucceed) {
  EXPECT_TRUE(pause(retryable()).has_value());
  EXPECT_FALSE(pause(failure(ErrorCode::kTls)).has_value());
}

TEST_F(RetryPolicy, RepeatsIdempotentMethods) {
  for (const Method method : {Method::kGet, Method::kHead, Method::kPut, Method::kDelete}) {
    EXPECT_TRUE(pause(retryable(500), method).has_value()) << to_string(method);
  }
  for (const Method method : {Method::kPost, Method::kPatch}) {
    EXPECT_FALSE(pause(retryable(500), method).has_value()) << to_string(method);
  }
}

TEST_F(RetryPolicy, RepeatsAPostThatWasNeverSent) {
  Error error = retryable();
  EXPECT_FALSE(pause(error, Method::kPost).has_value());
  error.never_sent = true;
  EXPECT_TRUE(pause(error, Method::kPost).has_value());
}

TEST_F(RetryPolicy, RepeatsAPostThatWasTurnedAway) {
  for (const int status : {429, 503}) {
    Error error = retryable(status);
    EXPECT_FALSE(pause(error, Method::kPost).has_value());
    error.retry_after = 1s;
    EXPECT_TRUE(pause(error, Method::kPost).has_value());
  }
  Error error = retryable(500);
  error.retry_after = 1s;  // the server may have done half of it
  EXPECT_FALSE(pause(error, Method::kPost).has_value());
}

TEST_F(RetryPolicy, NeverRepeatsARefusedCredential) {
  for (const Factor factor : {Factor::kClientCertificate, Factor::kApiKey, Factor::kAccessToken, Factor::kOAuthClient,
                              Factor::kServerCertificate}) {
    Error error = failure(ErrorCode::kHttpStatus, factor);
    error.never_sent = true;  // this alone does not suffice
    error.retry_after = 1s;
    error.seen.http_status = 503;
    EXPECT_FALSE(pause(error).has_value()) << to_string(factor);
  }
}

TEST_F(RetryPolicy, NeverRepeatsWhatTheReaderOfAnswersCallsARefusal) {
  for (const int status : {400, 401, 403, 404, 415, 302, 501, 505, 511}) {
    const Error error = answer_error(answer(status, "", {{"retry-after", "1"}}), TokensTried::kTwo, clock_.now().wall);
    EXPECT_FALSE(pause(error).has_value()) << status;
  }
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(pause(answer_error(answer(status), TokensTried::kTwo, clock_.now().wall)).has_value()) << status;
  }
}

TEST_F(RetryPolicy, RepeatsAnyMethodThatWasTurnedAwayOrNeverSent) {
  Error turned_away = retryable(503);
  turned_away.retry_after = 0s;
  Error unsent = retryable();
  unsent.never_sent = true;
  for (const Method method :
       {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    EXPECT_TRUE(pause(turned_away, method).has_value()) << to_string(method);
    EXPECT_TRUE(pause(unsent, method).has_value()) << to_string(method);
  }
}

TEST_F(RetryPolicy, PausesAreRandomBelowABoundThatDoubles) {
  EXPECT_EQ(pause(retryable(), Method::kGet, 1), 100ms);
  EXPECT_EQ(pause(retryable(), Method::kGet, 2), 200ms);
  EXPECT_EQ(pause(retryable(), Method::kGet, 3), 400ms);
  policy_ = internal::RetryPolicy(RetryOptions(), least);
  EXPECT_EQ(pause(retryable(), Method::kGet, 5), 0ms);
}

TEST_F(RetryPolicy, TheJitterIsFull) {  // a pause may be zero, and is below the bound
  RetryOptions options;
  options.max_attempts = 100;
  policy_ = internal::RetryPolicy(options, most);
  EXPECT_EQ(pause(retryable(), Method::kGet, 1), 199ms);
  EXPECT_EQ(pause(retryable(), Method::kGet, 2), 399ms);
  for (const int attempts : {7, 50, 99}) EXPECT_EQ(pause(retryable(), Method::kGet, attempts), 9990ms);
  policy_ = internal::RetryPolicy(options, least);
  for (const int attempts : {1, 2, 7, 99}) EXPECT_EQ(pause(retryable(), Method::kGet, attempts), 0ms);
}

TEST_F(RetryPolicy, APauseThatTheServerAskedForMustFitTheDeadlineToo) {
  Error error = retryable(429);
  error.retry_after = 60s;
  left_ = 60s;
  EXPECT_FALSE(pause(error).has_value());
  left_ = 61s;
  EXPECT_TRUE(pause(error).has_value());
}

TEST_F(RetryPolicy, MayHaveNoPauseAtAll) {
  RetryOptions options;
  options.first_pause = 0ms;
  policy_ = internal::RetryPolicy(options, most);
  for (const int attempts : {1, 2, 5}) EXPECT_EQ(pause(retryable(), Method::kGet, attempts), 0ms);
}

TEST_F(RetryPolicy, NoPauseIsLongerThanTheLongest) {
  RetryOptions options;
  options.max_attempts = 100;
  policy_ = internal::RetryPolicy(options, half);
  for (const int attempts : {7, 30, 64, 99}) EXPECT_EQ(pause(retryable(), Method::kGet, attempts), 5s);
}

TEST_F(RetryPolicy, WaitsAsLongAsTheServerAskedAndALittleMore) {
  Error error = retryable(429);
  error.retry_after = 3s;
  EXPECT_EQ(pause(error), 3100ms);
}

TEST_F(RetryPolicy, StartsNoPauseThatPassesTheDeadline) {
  left_ = 100ms;
  EXPECT_FALSE(pause(retryable()).has_value());
  left_ = 101ms;
  EXPECT_TRUE(pause(retryable()).has_value());
}

TEST_F(RetryPolicy, EndsAfterTheLastAttempt) {
  const int attempts = RetryOptions{}.max_attempts;
  EXPECT_TRUE(pause(retryable(), Method::kGet, attempts - 1).has_value());
  EXPECT_FALSE(pause(retryable(), Method::kGet, attempts).has_value());
  RetryOptions never;
  never.max_attempts = 1;
  policy_ = internal::RetryPolicy(never, half);
  EXPECT_FALSE(pause(retryable()).has_value());
}

TEST_F(RetryPolicy, EndsAfterAsManyAttemptsAsTheCallAsksFor) {
  for (const int most : {1, 3, 100}) {  // 100 is more than the options allow
    request_.options.max_attempts = most;
    if (most > 1) {
      EXPECT_TRUE(pause(retryable(), Method::kGet, most - 1).has_value()) << most;
    }
    EXPECT_FALSE(pause(retryable(), Method::kGet, most).has_value()) << most;
  }
  request_.options.max_attempts = 100;  // this makes no request repeatable
  EXPECT_FALSE(pause(retryable(), Method::kPost).has_value());
}

TEST_F(RetryPolicy, EndsWithTheBudgetThatAllCallsShare) {
  RetryOptions options;
  options.budget = 2;
  policy_ = internal::RetryPolicy(options, half);
  const internal::RetryPolicy of_another_call = policy_;
  EXPECT_TRUE(pause(retryable()).has_value());
  EXPECT_TRUE(of_another_call.next_attempt(retryable(), Request{}, 1, clock_.now(), SteadyTime::max()).has_value());
  EXPECT_FALSE(pause(retryable()).has_value());
  for (int i = 0; i < 9; ++i) of_another_call.succeeded();
  EXPECT_FALSE(pause(retryable()).has_value());
  of_another_call.succeeded();
  EXPECT_TRUE(pause(retryable()).has_value());
  EXPECT_FALSE(pause(retryable()).has_value());
}

TEST_F(RetryPolicy, AConnectionThatOnlyChangedCostsNoneOfThem) {
  RetryOptions options;
  options.max_attempts = 2;
  options.budget = 0;
  policy_ = internal::RetryPolicy(options, half);
  Error left_behind = retryable();
  left_behind.never_sent = true;
  EXPECT_FALSE(pause(left_behind, Method::kPost).has_value());
  left_behind.seen.kept_connection = true;
  for (const int attempts : {1, 2, 50}) EXPECT_EQ(pause(left_behind, Method::kPost, attempts), 0ms) << attempts;
  EXPECT_FALSE(pause(left_behind, Method::kPost, 100).has_value());
  request_.options.max_attempts = 1;
  EXPECT_FALSE(pause(left_behind, Method::kPost).has_value());
  left_behind.never_sent = false;
  request_.options.max_attempts = 0;
  EXPECT_FALSE(pause(left_behind).has_value()) << "it may have arrived, and that counts";
}

TEST_F(RetryPolicy, ARetryThatIsNotMadeCostsNothing) {
  RetryOptions options;
  options.budget = 1;
  policy_ = internal::RetryPolicy(options, half);
  left_ = 1ms;
  EXPECT_FALSE(pause(retryable()).has_value());
  left_ = 1h;
  EXPECT_TRUE(pause(retryable()).has_value());
}

TEST_F(RetryPolicy, ATransportOfOnesOwnMayAskForAnyTime) {
  left_ = std::chrono::hours(48);
  Error error = retryable();
  error.retry_after = std::chrono::milliseconds::max();
  EXPECT_EQ(pause(error), 24h + 100ms);
  error.retry_after = std::chrono::milliseconds::min();
  EXPECT_EQ(pause(error), 100ms);
}

}  // namespace
}  // namespace easypost_connect::unit_test
