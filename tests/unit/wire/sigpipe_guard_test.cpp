// SPDX-License-Identifier: Apache-2.0
#include "wire/sigpipe_guard.hpp"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "core/process.hpp"

namespace easypost_connect::internal {
namespace {

bool in_set(int (*get)(sigset_t*)) {
  sigset_t set;
  return get(&set) == 0 && sigismember(&set, SIGPIPE) == 1;
}
bool blocked() {
  return in_set([](sigset_t* set) { return pthread_sigmask(SIG_SETMASK, nullptr, set); });
}
bool pending() { return in_set(sigpending); }

void change_mask(int how) {
  sigset_t sigpipe;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  pthread_sigmask(how, &sigpipe, nullptr);
}

/// Makes SIGPIPE as deadly as it is in a program that knows nothing of it.
class SigpipeGuardTest : public ::testing::Test {
 protected:
  SigpipeGuardTest() { before_ = std::signal(SIGPIPE, SIG_DFL); }
  ~SigpipeGuardTest() override { static_cast<void>(std::signal(SIGPIPE, before_)); }

 private:
  void (*before_)(int) = SIG_DFL;
};

TEST_F(SigpipeGuardTest, TakesBackWhatItsThreadRaises) {
  {
    const SigpipeGuard guard(true);
    raise(SIGPIPE);
    EXPECT_TRUE(pending());
  }
  EXPECT_FALSE(pending());
  EXPECT_FALSE(blocked());
}

TEST_F(SigpipeGuardTest, LeavesThreadsAloneThatHaveItBlocked) {
  std::thread blocking = guest_thread([] {
    {
      const SigpipeGuard guard(true);
      raise(SIGPIPE);
    }
    EXPECT_FALSE(pending());
    EXPECT_TRUE(blocked());
  });
  blocking.join();
}

TEST_F(SigpipeGuardTest, LeavesTheHostItsOwnSignal) {
  change_mask(SIG_BLOCK);
  raise(SIGPIPE);
  {
    const SigpipeGuard guard(true);
    raise(SIGPIPE);
  }
  EXPECT_TRUE(pending());
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // drops the pending one
  change_mask(SIG_UNBLOCK);
}

TEST_F(SigpipeGuardTest, IsNestedWithoutHarm) {
  {
    const SigpipeGuard outer(true);
    raise(SIGPIPE);
    {
      const SigpipeGuard inner(true);
      raise(SIGPIPE);
    }
    EXPECT_TRUE(blocked());
  }
  EXPECT_FALSE(pending());
  EXPECT_FALSE(blocked());
}

TEST_F(SigpipeGuardTest, DoesNothingWhereLibcurlRaisesNone) {
  const SigpipeGuard guard(false);
  EXPECT_FALSE(blocked());
}

}  // namespace
}  // namespace easypost_connect::internal
