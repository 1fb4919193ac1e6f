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
  int fetches = 0;
  for (unsigned seed = 0; seed < 5000; ++seed) {
    CallWorld world(seed);
    world.run(25);
    ASSERT_THAT(world.violations(), ::testing::IsEmpty()) << "seed " << seed;
    succeeded += world.succeeded();
    resent += world.resent();
    fetches += world.fetches();
  }
  // The worlds are rough, but most calls succeed, and many are resent or fetch a token.
  EXPECT_GT(succeeded, 5000 * 25 / 2);
  EXPECT_GT(resent, 5000);
  EXPECT_GT(fetches, 5000 * 3);
  RecordProperty("succeeded", succeeded);
  RecordProperty("resent", resent);
  RecordProperty("fetches", fetches);
}

}  // namespace
}  // namespace easypost_connect::internal
