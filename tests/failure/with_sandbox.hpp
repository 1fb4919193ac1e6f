// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <gtest/gtest.h>

#include "sandbox_process.hpp"

namespace easypost_connect::test_support {

/// Tests with a sandbox in a process of its own: nothing fails there, and all other threads here are the client's.
class WithSandbox : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = new testing::SandboxProcess(); }
  static void TearDownTestSuite() {
    delete sandbox_;
    sandbox_ = nullptr;
  }

  /// Returns options of a client that waits long for an answer: a timeout would not count as success.
  static ClientOptions options() {
    ClientOptions options = sandbox_->client_options();
    options.timeouts.request = std::chrono::seconds(20);
    return options;
  }

 private:
  static inline testing::SandboxProcess* sandbox_ = nullptr;
};

}  // namespace easypost_connect::test_support
