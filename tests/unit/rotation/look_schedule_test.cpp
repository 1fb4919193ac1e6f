// SPDX-License-Identifier: Apache-2.0
#include "rotation/look_schedule.hpp"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Error sealed(const char* message = "The vault is sealed.") {
  return make_error(ErrorCode::kConnection, Factor::kNetwork, message, "Unseal it.");
}

TEST(LookSchedule, NobodyLooksUnlessSomebodySaysSo) {
  LookSchedule schedule(0ms);
  EXPECT_EQ(schedule.pause(), std::nullopt);
  schedule.answered(std::nullopt);
  EXPECT_EQ(schedule.pause(), std::nullopt);
}

TEST(LookSchedule, FilesAreLookedAtAsOftenAsTheOptionSays) { EXPECT_EQ(LookSchedule(10ms).pause(), 10ms); }

TEST(LookSchedule, ASourceIsAskedWhenTheEarlierOfBothSays) {
  const struct {
    std::chrono::milliseconds interval;
    std::optional<std::chrono::seconds> look_again_after;
    std::optional<std::chrono::milliseconds> pause;
  } rows[] = {
      {30s, std::nullopt, 30s},
      {30s, 10s, 10s},
      {30s, 1h, 30s},
      {0ms, 1h, 1h},  // one or both
      {10ms, std::nullopt, 1s},
      {0ms, 0s, 1s},
      {0ms, -5s, 1s},  // never more often than that
      {0ms, std::chrono::seconds::max(), std::chrono::hours(24 * 365)},
      {30s, std::chrono::seconds::max(), 30s},
  };
  for (const auto& row : rows) {
    LookSchedule schedule(row.interval);
    schedule.answered(row.look_again_after);
    EXPECT_EQ(schedule.pause(), row.pause) << row.interval.count();
  }
}

TEST(LookSchedule, AnAnswerWithoutATimeEndsTheLooks) {
  LookSchedule schedule(0ms);
  schedule.answered(1min);
  schedule.answered(std::nullopt);
  EXPECT_EQ(schedule.pause(), std::nullopt);
}

std::vector<std::chrono::seconds> pauses_after_failures(LookSchedule& schedule, int count) {
  std::vector<std::chrono::seconds> pauses;
  for (int i = 0; i < count; ++i) {
    static_cast<void>(schedule.failed(sealed()));
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(*schedule.pause()));
  }
  return pauses;
}

TEST(LookSchedule, PausesGrowWhileTheSourceFails) {
  LookSchedule schedule(0ms);
  schedule.answered(5s);
  EXPECT_THAT(pauses_after_failures(schedule, 9), ElementsAre(1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s));
  schedule.answered(5s);
  EXPECT_EQ(schedule.pause(), 5s);
  EXPECT_THAT(pauses_after_failures(schedule, 2), ElementsAre(1s, 2s));
}

TEST(LookSchedule, FailuresThatDifferInTheTimeTheyTookAreOne) {
  LookSchedule schedule(0ms);
  EXPECT_TRUE(schedule.failed(sealed("Port 8200 was tried for 5001 ms.")));
  EXPECT_FALSE(schedule.failed(sealed("Port 8200 was tried for 4998 ms.")));
  EXPECT_TRUE(schedule.failed(sealed("Port 8201 was tried for 5001 ms.")));
  EXPECT_TRUE(schedule.failed(sealed("The vault answered 503.")));
  EXPECT_TRUE(schedule.failed(sealed("The vault answered 403.")));
}

TEST(LookSchedule, PausesOfASourceThatFailsGrowToTheUsualOneIfThatIsLonger) {
  LookSchedule schedule(100s);
  schedule.answered(std::nullopt);
  EXPECT_THAT(pauses_after_failures(schedule, 9), ElementsAre(1s, 2s, 4s, 8s, 16s, 32s, 64s, 100s, 100s));
  pauses_after_failures(schedule, 100);
  EXPECT_EQ(schedule.pause(), 100s);
}

TEST(LookSchedule, ASourceThatAsksForTimeGetsIt) {
  LookSchedule schedule(30s);
  Error busy = sealed();
  busy.retry_after = 5min;
  static_cast<void>(schedule.failed(busy));
  EXPECT_EQ(schedule.pause(), 5min);
}

TEST(LookSchedule, TellsOnlyOfFailuresThatDifferFromTheOneBefore) {
  LookSchedule schedule(30s);
  EXPECT_TRUE(schedule.failed(sealed()));
  EXPECT_FALSE(schedule.failed(sealed()));
  EXPECT_TRUE(schedule.failed(sealed("The vault is gone.")));
  EXPECT_TRUE(schedule.failed(sealed()));
  schedule.answered(std::nullopt);
  EXPECT_TRUE(schedule.failed(sealed())) << "it has worked meanwhile";
}

TEST(LookSchedule, TakesFailuresForTheSameThatOnlyCountOtherwise) {
  LookSchedule schedule(30s);
  Error first = sealed("Connection timed out after 400 milliseconds.");
  first.request_id = "one";
  Error second = sealed("Connection timed out after 405 milliseconds.");
  second.request_id = "two";
  EXPECT_TRUE(schedule.failed(first));
  EXPECT_FALSE(schedule.failed(second));
  second.seen.http_status = 502;
  EXPECT_TRUE(schedule.failed(second));
}

TEST(LookSchedule, AReloadUnderWayPutsTheLookOffForASecond) {
  LookSchedule schedule(1h);
  schedule.postponed();
  EXPECT_EQ(schedule.pause(), 1s);
}

TEST(LookSchedule, WaitsForTheEndOfThePause) {
  LookSchedule schedule(1ms);
  const CancellationSource source;
  EXPECT_TRUE(schedule.wait(source.token()));
  EXPECT_TRUE(schedule.wait(source.token()));
}

TEST(LookSchedule, TheWaitEndsWithTheCancellation) {
  LookSchedule schedule(1h);
  const CancellationSource source;
  std::thread waiting([&] { EXPECT_FALSE(schedule.wait(source.token())); });
  source.cancel();
  waiting.join();
}

TEST(LookSchedule, AnAnswerMayShortenAWaitUnderWay) {
  LookSchedule schedule(1h);
  const CancellationSource source;
  std::thread waiting([&] { EXPECT_TRUE(schedule.wait(source.token())); });
  schedule.answered(1s);
  waiting.join();
}

}  // namespace
}  // namespace easypost_connect::internal
