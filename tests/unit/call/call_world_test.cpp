// SPDX-License-Identifier: Apache-2.0
// Properties of calls and token life together, over thousands of random schedules.
#include "call_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

TEST(CallWorld, KeepsItsPromisesOnEverySchedule) {
  int succeeded = 0;
  int resent = 0;
  int flights = 0;
  for (unsigned seed = 0; seed < 5000; ++seed) {
    CallWorld world(seed);
    world.run(25);
    ASSERT_THAT(world.violations(), ::testing::IsEmpty()) << "seed " << seed;
    succeeded += world.succeeded();
    resent += world.resent();
    flights += world.flights();
  }
  // The worlds are rough, but not so rough that nothing of the above was put to the test.
  EXPECT_GT(succeeded, 5000 * 25 / 2);
  EXPECT_GT(resent, 5000);
  EXPECT_GT(flights, 5000 * 3);
  RecordProperty("succeeded", succeeded);
  RecordProperty("resent", resent);
  RecordProperty("flights", flights);
}

}  // namespace
}  // namespace easypost_connect::internal
