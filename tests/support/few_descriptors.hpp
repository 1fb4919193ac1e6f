// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <vector>

namespace easypost_connect::test_support {

/// Lets the process open `left` more descriptors, and none after them, as long as it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t left) {
    constexpr rlim_t kEnough = 256;
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = kEnough;
    ::setrlimit(RLIMIT_NOFILE, &few);
    take_the_rest();
    for (; left > 0 && !taken_.empty(); --left) give_back();
  }
  ~FewDescriptors() {
    while (!taken_.empty()) give_back();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

  /// Takes those that other threads have closed since.
  void take_the_rest() {
    for (int taken = open(); taken >= 0; taken = open()) taken_.push_back(taken);
  }

 private:
  static int open() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
  void give_back() {
    ::close(taken_.back());
    taken_.pop_back();
  }

  rlimit before_{};
  std::vector<int> taken_;
};

}  // namespace easypost_connect::test_support
