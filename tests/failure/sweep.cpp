// SPDX-License-Identifier: Apache-2.0
#include "sweep.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::test_support {
namespace {

volatile long current = 0;

/// Ends the process if a run hangs, and names the allocation that failed. It does not measure speed.
class Watchdog {
 public:
  explicit Watchdog(long nth) {
    current = nth;
    std::signal(SIGALRM, &Watchdog::bark);
    ::alarm(60);
  }
  ~Watchdog() { ::alarm(0); }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  static void bark(int /*signal*/) {
    std::fprintf(stderr, "It hangs when allocation %ld has failed.\n", current);
    std::abort();
  }
};

bool run(const std::function<bool(long)>& scenario, long nth) {
  const Watchdog watchdog(nth);
  return scenario(nth) && !::testing::Test::HasFailure();
}

}  // namespace

bool with_failing_memory(FailingMemory::Thread thread, long nth, const std::function<void()>& tested) {
  const FailingMemory memory(thread, nth);
  try {
    tested();
  } catch (const std::bad_alloc&) {
    ADD_FAILURE() << "std::bad_alloc came out of allocation " << nth;
  }
  return FailingMemory::has_failed();
}

/// The first run fails no allocation: it makes what a process makes once and keeps, such as the facts of the process.
void sweep(const std::function<bool(long nth)>& scenario, long stride) {
  run(scenario, 0);
  const long before = FailingMemory::in_use();
  long nth = 1;
  while (run(scenario, nth)) nth += stride;
  EXPECT_FALSE(::testing::Test::HasFailure()) << "when allocation " << nth << " had failed";
  EXPECT_EQ(FailingMemory::in_use(), before) << "allocations were left behind";
  ::testing::Test::RecordProperty("allocations", std::to_string(nth - 1));
}

}  // namespace easypost_connect::test_support
