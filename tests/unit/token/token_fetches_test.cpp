// SPDX-License-Identifier: Apache-2.0
// What becomes of a fetch: it ends, is lost, or cannot start.
#include <future>
#include <new>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "fake_token_source.hpp"
#include "unit/token/token_provider_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;

/// A provider whose fetches the test ends.
class TokenFetches : public ::testing::Test {
 protected:
  [[nodiscard]] AccessToken token(long life = 3600) const {
    return {kToken, clock_->now(), std::chrono::seconds(life)};
  }

  [[nodiscard]] std::future<Result<AccessToken>> get_in_another_thread() {
    return std::async(std::launch::async, [this] { return provider_->get(std::chrono::steady_clock::now() + 1h, {}); });
  }

  [[noreturn]] static void throw_no_thread() {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  }
  [[noreturn]] static void throw_no_memory() { throw std::bad_alloc(); }

  static double least() { return 0.0; }

  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  std::shared_ptr<Fetches> fetches_ = std::make_shared<Fetches>();
  int wakes_ = 0;
  std::shared_ptr<internal::TokenProvider> provider_ = std::make_shared<internal::TokenProvider>(
      std::make_unique<FakeTokenSource>(fetches_), clock_, observer_, [this] { ++wakes_; }, 7s, least);
};

TEST_F(TokenFetches, GetNowDoesNotWait) {
  EXPECT_FALSE(provider_->get_now());
  EXPECT_FALSE(provider_->get_now());
  ASSERT_EQ(fetches_->count(), 1U);
  fetches_->end(0, token(1000));
  EXPECT_THAT(*provider_->get_now(), IsOk());
  clock_->advance(800s);
  EXPECT_THAT(*provider_->get_now(), IsOk());  // stale: served, and refreshed
  EXPECT_EQ(fetches_->count(), 2U);
}

TEST_F(TokenFetches, GetNowTellsOfAFailure) {
  EXPECT_FALSE(provider_->get_now());
  fetches_->end(0, failure(ErrorCode::kConnection));
  EXPECT_THAT(*provider_->get_now(), IsError(ErrorCode::kConnection));
}

TEST_F(TokenFetches, TheirEndWakesThoseWhoDoNotWait) {
  EXPECT_FALSE(provider_->get_now());
  EXPECT_EQ(wakes_, 0);
  fetches_->end(0, token());
  EXPECT_EQ(wakes_, 1);
}

TEST_F(TokenFetches, AreToldTheTimeAndTheirDeadline) {
  const Moment now = clock_->now();
  EXPECT_FALSE(provider_->get_now());
  const FetchFacts& facts = fetches_->all.at(0).facts;
  EXPECT_EQ(facts.now.wall, now.wall);
  EXPECT_EQ(facts.deadline, now.steady + 7s);
  EXPECT_FALSE(facts.refused);
}

TEST_F(TokenFetches, AreToldOfTheTokenThatWasRefused) {
  EXPECT_FALSE(provider_->get_now());
  fetches_->end(0, token());
  provider_->invalidate(token());
  EXPECT_FALSE(provider_->get_now());
  EXPECT_TRUE(fetches_->all.at(1).facts.refused == token());
}

TEST_F(TokenFetches, ARequestThatIsLostIsMadeOnceMoreBeforeAnybodyIsTold) {
  EXPECT_FALSE(provider_->get_now());
  fetches_->end(0, no_answer_in_time());
  ASSERT_EQ(fetches_->count(), 2U);
  EXPECT_FALSE(provider_->get_now());
  fetches_->end(1, token());
  EXPECT_THAT(*provider_->get_now(), IsOk());
  EXPECT_THAT(observer_->lines(), ElementsAre("token_fetched 0 failed", "token_fetched 3600"));
}

TEST_F(TokenFetches, ARequestThatIsLostTwiceIsAFailure) {
  EXPECT_FALSE(provider_->get_now());
  fetches_->end(0, no_answer_in_time());
  fetches_->end(1, no_answer_in_time());
  EXPECT_EQ(fetches_->count(), 2U);
  EXPECT_THAT(*provider_->get_now(), IsError(ErrorCode::kTimeout));
}

TEST_F(TokenFetches, ALostRequestWithoutAThreadForASecondOneIsAFailure) {
  EXPECT_FALSE(provider_->get_now());
  fetches_->on_fetch = throw_no_thread;
  fetches_->end(0, no_answer_in_time());
  EXPECT_THAT(*provider_->get_now(), IsError(ErrorCode::kTimeout));
}

TEST_F(TokenFetches, BothWaysOfAskingShareAFetch) {
  EXPECT_FALSE(provider_->get_now());
  auto waiting = get_in_another_thread();
  clock_->wait_for_reads(4);
  fetches_->end(0, token());
  EXPECT_THAT(waiting.get(), IsOk());
  EXPECT_EQ(fetches_->count(), 1U);
}

TEST_F(TokenFetches, WithoutAThreadThereIsAnErrorAndNobodyWaits) {
  fetches_->on_fetch = throw_no_thread;
  EXPECT_THAT(get_in_another_thread().get(), AllOf(IsError(ErrorCode::kConnection), Says("no thread")));
  EXPECT_THAT(*provider_->get_now(), IsError(ErrorCode::kConnection));
}

TEST_F(TokenFetches, AFetchThatFindsNoMemoryToStartIsOver) {
  fetches_->on_fetch = throw_no_memory;
  EXPECT_THAT(get_in_another_thread().get(), Says("Out of memory."));
  fetches_->on_fetch = nullptr;
  EXPECT_FALSE(provider_->get_now());
  fetches_->end(0, token());
  EXPECT_THAT(*provider_->get_now(), IsOk());
}

TEST_F(TokenFetches, AFetchThatCannotStartWakesThoseWhoDoNotWait) {
  fetches_->on_fetch = throw_no_memory;
  EXPECT_THAT(*provider_->get_now(), Says("Out of memory."));
  EXPECT_EQ(wakes_, 1);  // others may have begun to wait meanwhile
}

TEST_F(TokenFetches, MayEndAfterTheirProvider) {
  EXPECT_FALSE(provider_->get_now());
  provider_.reset();
  fetches_->end(0, cancelled_error());
  EXPECT_EQ(wakes_, 0);
  EXPECT_THAT(observer_->lines(), ElementsAre("token_fetched 0 failed"));
}

}  // namespace
}  // namespace easypost_connect::unit_test
