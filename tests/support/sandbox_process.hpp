// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <easypost_connect/client_options.hpp>

namespace easypost_connect::testing {

/// A sandbox in a process of its own, for tests that fork. A server thread that is inside OpenSSL at the fork leaves
/// its locks held in the child for ever, and no such thread belongs to the client. Make the sandbox before any other
/// thread exists.
class SandboxProcess {
 public:
  SandboxProcess();
  ~SandboxProcess();
  SandboxProcess(const SandboxProcess&) = delete;
  SandboxProcess& operator=(const SandboxProcess&) = delete;

  [[nodiscard]] const ClientOptions& client_options() const noexcept { return options_; }

 private:
  pid_t id_ = -1;
  int lifeline_ = -1;  // the sandbox ends when this end of a pipe is closed, so also when the test crashes
  ClientOptions options_;
};

}  // namespace easypost_connect::testing
