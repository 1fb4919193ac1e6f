// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/cancellation.hpp>

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect {
namespace {

TEST(CancellationToken, ADefaultOneIsNeverCancelled) {
  const CancellationToken token;
  EXPECT_FALSE(token.can_be_cancelled());
  EXPECT_FALSE(token.cancelled());
  int calls = 0;
  {
    const CancellationCallback callback(token, [&] { ++calls; });
  }
  EXPECT_EQ(calls, 0);
}

TEST(CancellationToken, IsCancelledByItsSource) {
  const CancellationSource source;
  const CancellationToken token = source.token();
  EXPECT_TRUE(token.can_be_cancelled());
  EXPECT_FALSE(token.cancelled());
  source.cancel();
  EXPECT_TRUE(token.cancelled());
  EXPECT_TRUE(source.token().cancelled());
}

TEST(CancellationToken, NothingHappensToAnEmptyCallback) {
  const CancellationSource source;
  const CancellationCallback callback(source.token(), nullptr);
  source.cancel();
  EXPECT_TRUE(source.token().cancelled());
}

TEST(CancellationToken, ASourceThatWasMovedFromCancelsNothing) {
  CancellationSource source;
  const CancellationSource moved = std::move(source);
  source.cancel();  // NOLINT(bugprone-use-after-move): this is about it
  EXPECT_FALSE(moved.token().cancelled());
}

TEST(CancellationToken, OutlivesItsSource) {
  auto source = std::make_unique<CancellationSource>();
  const CancellationToken token = source->token();
  source->cancel();
  source.reset();
  EXPECT_TRUE(token.cancelled());
}

TEST(CancellationCallback, RunsOnceHoweverOftenItIsCancelled) {
  const CancellationSource source;
  int calls = 0;
  const CancellationCallback callback(source.token(), [&] { ++calls; });
  EXPECT_EQ(calls, 0);
  source.cancel();
  source.cancel();
  EXPECT_EQ(calls, 1);
}

TEST(CancellationCallback, RunsAtOnceIfItCameLate) {
  const CancellationSource source;
  source.cancel();
  int calls = 0;
  const CancellationCallback callback(source.token(), [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(CancellationCallback, DoesNotRunAfterItsEnd) {
  const CancellationSource source;
  int first = 0;
  int second = 0;
  int third = 0;
  const CancellationCallback one(source.token(), [&] { ++first; });
  {
    const CancellationCallback two(source.token(), [&] { ++second; });
  }
  const CancellationCallback three(source.token(), [&] { ++third; });
  source.cancel();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
  EXPECT_EQ(third, 1);
}

TEST(CancellationCallback, ItsEndWaitsForACallThatIsUnderWay) {
  const CancellationSource source;
  std::promise<void> entered;
  std::promise<void> leave;
  bool left = false;
  auto callback = std::make_unique<CancellationCallback>(source.token(), [&] {
    entered.set_value();
    leave.get_future().wait();
    left = true;  // not atomic: the destructor orders it before what follows
  });
  auto canceller = std::async(std::launch::async, [&] { source.cancel(); });
  entered.get_future().wait();
  auto destroyer = std::async(std::launch::async, [&] {
    callback.reset();
    return left;
  });
  leave.set_value();
  EXPECT_TRUE(destroyer.get());
  canceller.get();
}

TEST(CancellationCallback, AnEndedOneThatCameLateIsForgotten) {
  const CancellationSource source;
  source.cancel();
  int calls = 0;
  for (int i = 0; i < 3; ++i) {
    const CancellationCallback callback(source.token(), [&] { ++calls; });
  }
  source.cancel();
  EXPECT_EQ(calls, 3);
}

TEST(CancellationCallback, MayEndInAnyOrder) {
  const CancellationSource source;
  std::vector<int> calls(5, 0);
  std::vector<std::unique_ptr<CancellationCallback>> callbacks;
  for (int& count : calls) {
    callbacks.push_back(std::make_unique<CancellationCallback>(source.token(), [&count] { ++count; }));
  }
  for (const std::size_t ended : {2U, 0U, 4U}) callbacks[ended].reset();  // middle, first, last
  source.cancel();
  EXPECT_THAT(calls, ::testing::ElementsAre(0, 1, 0, 1, 0));
}

TEST(CancellationCallback, MayCancelAnotherSource) {  // two sources are joined like this
  const CancellationSource first;
  const CancellationSource second;
  const CancellationCallback join(first.token(), [&] { second.cancel(); });
  EXPECT_FALSE(second.token().cancelled());
  first.cancel();
  EXPECT_TRUE(second.token().cancelled());
}

TEST(CancellationCallback, WakesEveryThreadOnceWhoeverCancels) {
  constexpr std::size_t kWaiters = 16;
  const CancellationSource source;
  std::vector<std::atomic<int>> calls(kWaiters);
  std::vector<std::future<void>> threads;
  for (auto& count : calls) {
    threads.push_back(std::async(std::launch::async, [&] {
      std::promise<void> woken;
      const CancellationCallback callback(source.token(), [&] {
        if (++count == 1) woken.set_value();
      });
      woken.get_future().wait();
    }));
  }
  for (int i = 0; i < 4; ++i) threads.push_back(std::async(std::launch::async, [&] { source.cancel(); }));
  for (auto& thread : threads) thread.get();
  for (const auto& count : calls) EXPECT_EQ(count, 1);
}

TEST(CancellationCallback, MayEndWhileAnotherThreadCancels) {
  for (int i = 0; i < 200; ++i) {
    const CancellationSource source;
    int calls = 0;
    auto callback = std::make_unique<CancellationCallback>(source.token(), [&] { ++calls; });
    auto canceller = std::async(std::launch::async, [&] { source.cancel(); });
    callback.reset();
    const int after_the_end = calls;
    canceller.get();
    EXPECT_EQ(calls, after_the_end);
  }
}

}  // namespace
}  // namespace easypost_connect
