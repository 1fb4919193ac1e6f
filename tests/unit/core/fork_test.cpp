// SPDX-License-Identifier: Apache-2.0
#include "core/fork.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

/// Whether `holds` is true in a child process.
template <typename Condition>
bool in_child(const Condition& holds) {
  const pid_t child = fork();
  if (child == 0) _exit(holds() ? 0 : 1);
  int status = -1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ProcessGeneration, IsTheSameWithinAProcess) { EXPECT_EQ(process_generation(), process_generation()); }

TEST(ProcessGeneration, DiffersInAChildAndItsChild) {
  const unsigned here = process_generation();
  EXPECT_TRUE(in_child([here] {
    const unsigned child = process_generation();
    return child != here && in_child([here, child] {
             const unsigned grandchild = process_generation();
             return grandchild != here && grandchild != child;
           });
  }));
  EXPECT_EQ(process_generation(), here);
}

TEST(ForkSafeMutex, IsFreeInParentAndChild) {
  static_cast<void>(process_generation());  // registers the handlers
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
