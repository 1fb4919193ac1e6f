// SPDX-License-Identifier: Apache-2.0
#include "core/process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

/// Tells whether `holds` is true in a child process.
template <typename Condition>
bool in_child(const Condition& holds) {
  const pid_t child = fork();
  if (child == 0) _exit(holds() ? 0 : 1);
  int status = -1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ProcessGeneration, IsTheSameWithinAProcess) { EXPECT_EQ(fork_count(), fork_count()); }

TEST(ProcessGeneration, DiffersInAChildAndItsChild) {
  const unsigned here = fork_count();
  EXPECT_TRUE(in_child([here] {
    const unsigned child = fork_count();
    return child != here && in_child([here, child] {
             const unsigned grandchild = fork_count();
             return grandchild != here && grandchild != child;
           });
  }));
  EXPECT_EQ(fork_count(), here);
}

TEST(ForkSafeMutex, IsFreeInParentAndChild) {
  static_cast<void>(fork_count());  // registers the handlers
  const auto is_free = [] {
    const std::unique_lock lock(fork_safe_mutex(), std::try_to_lock);
    return lock.owns_lock();
  };
  EXPECT_TRUE(in_child(is_free));
  EXPECT_TRUE(is_free());
}

TEST(Abandon, KeepsTheObjectForEver) {
  std::weak_ptr<int> first;
  std::weak_ptr<int> second;
  {
    auto one = std::make_shared<int>(1);
    auto two = std::make_shared<int>(2);
    first = one;
    second = two;
    abandon(std::move(one));
    abandon(std::move(two));
  }
  EXPECT_FALSE(first.expired());
  EXPECT_FALSE(second.expired());
}

}  // namespace
}  // namespace easypost_connect::internal
