// SPDX-License-Identifier: Apache-2.0
#include "call/retry_policy.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

double least() { return 0.0; }
double half() { return 0.5; }

Error retryable(int status = 0) {
  Error error = failure(ErrorCode::kConnection);
  error.retryable = true;
  error.seen.http_status = status;
  return error;
}

class RetryPolicy : public ::testing::Test {
 protected:
  /// How long it would pause; nothing when it would not try again.
  std::optional<std::chrono::milliseconds> pause(const Error& error, Method method = Method::kGet, int attempts = 1) {
    const Moment now = clock_.now();
    const auto at = policy_.next_attempt(error, method, attempts, now, now.steady + left_);
    if (!at) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(*at - now.steady);
  }

  FakeClock clock_;
  std::chrono::milliseconds left_ = 1h;  // until the deadline
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
  error.retry_after = 1s;  // it may have been half done
  EXPECT_FALSE(pause(error, Method::kPost).has_value());
}

TEST_F(RetryPolicy, PausesAreRandomBelowABoundThatDoubles) {
  EXPECT_EQ(pause(retryable(), Method::kGet, 1), 100ms);
  EXPECT_EQ(pause(retryable(), Method::kGet, 2), 200ms);
  EXPECT_EQ(pause(retryable(), Method::kGet, 3), 400ms);
  policy_ = internal::RetryPolicy(RetryOptions(), least);
  EXPECT_EQ(pause(retryable(), Method::kGet, 5), 0ms);
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
  EXPECT_TRUE(pause(retryable(), Method::kGet, 5).has_value());
  EXPECT_FALSE(pause(retryable(), Method::kGet, 6).has_value());
  RetryOptions never;
  never.max_attempts = 1;
  policy_ = internal::RetryPolicy(never, half);
  EXPECT_FALSE(pause(retryable()).has_value());
}

TEST_F(RetryPolicy, EndsWithTheBudgetThatAllCallsShare) {
  RetryOptions options;
  options.budget = 2;
  policy_ = internal::RetryPolicy(options, half);
  const internal::RetryPolicy of_another_call = policy_;
  EXPECT_TRUE(pause(retryable()).has_value());
  EXPECT_TRUE(of_another_call.next_attempt(retryable(), Method::kGet, 1, clock_.now(), SteadyTime::max()).has_value());
  EXPECT_FALSE(pause(retryable()).has_value());
  for (int i = 0; i < 9; ++i) of_another_call.succeeded();
  EXPECT_FALSE(pause(retryable()).has_value());
  of_another_call.succeeded();
  EXPECT_TRUE(pause(retryable()).has_value());
  EXPECT_FALSE(pause(retryable()).has_value());
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

TEST(RetryBudget, NeverHoldsMoreThanAtTheStart) {
  RetryBudget budget(1);
  for (int i = 0; i < 100; ++i) budget.earn();
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
}

TEST(RetryBudget, MayBeNothing) {
  RetryBudget budget(0);
  budget.earn();
  EXPECT_FALSE(budget.take());
}

}  // namespace
}  // namespace easypost_connect::unit_test
