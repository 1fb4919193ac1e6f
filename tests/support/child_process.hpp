// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include <gtest/gtest.h>

namespace easypost_connect::test_support {

/// Returns what `program` returns in a child process, which an alarm ends when it hangs. If the child was ended, the
/// result is -1, and the test fails.
template <typename Program>
int run_in_child(const Program& program) {
  constexpr unsigned kPatienceSeconds = 60;
  std::fflush(nullptr);
  const pid_t id = ::fork();
  if (id == 0) {
    ::alarm(kPatienceSeconds);
    const int result = program();
    std::fflush(nullptr);
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(id, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace easypost_connect::test_support
