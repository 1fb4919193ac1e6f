// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace easypost_connect::interop {

/// A program that runs as long as this object: it is told to end, and waited for, by its own process id.
class ChildProcess {
 public:
  /// Starts `command`; the first word is searched in PATH. All it prints goes to the end of `log`.
  ChildProcess(const std::vector<std::string>& command, const std::string& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void signal(int number) const;
  [[nodiscard]] bool running();
  /// Returns the status with which the program has exited; nothing when it has not, or when a signal ended it.
  [[nodiscard]] std::optional<int> exit_status() const;

  /// Sends `number` and waits until the program has ended; kills it when it takes longer than ten seconds.
  void end(int number);

 private:
  pid_t id_ = -1;
  int status_ = -1;
};

}  // namespace easypost_connect::interop
