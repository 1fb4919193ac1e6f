// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "child_process.hpp"
#include "private_folder.hpp"

namespace easypost_connect::interop {

/// AWS as moto plays it on loopback, with its checks of signatures and policies on, and with the services that AWS runs
/// beside a program: moto_world.py says what is there. Throws, with the end of its log, when it does not start.
class Moto {
 public:
  Moto();

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The metadata of an instance, the agent of a container, and STS.
  [[nodiscard]] std::string local_url() const { return "http://127.0.0.1:" + std::to_string(local_port_); }
  /// Returns what moto_world.py has written under that name.
  [[nodiscard]] std::string known(const std::string& name) const;
  [[nodiscard]] const PrivateFolder& folder() const noexcept { return folder_; }

  /// Lets `text` be the current version of easypost/acc.
  void store(const std::string& text) const;

  /// Ends it as a crash does, or starts it again: it has forgotten all then, and gives other keys to the role.
  void kill() { process_->end(SIGKILL); }
  void start();

 private:
  PrivateFolder folder_;
  int port_ = 0;
  int local_port_ = 0;
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
