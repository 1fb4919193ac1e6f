// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"

namespace easypost_connect::interop {

/// A fault, in the words of Toxiproxy: {"latency", {{"latency", 200}}}. It meets what the server sends (downstream), or
/// what is sent to it (upstream).
struct Toxic {
  std::string type;
  nlohmann::json attributes = nlohmann::json::object();
  std::string stream = "downstream";
};

/// Toxiproxy on the way to a server on this machine, without a fault at first. Throws, with the end of its log, when it
/// does not start, and when it does not do what it is told.
class Toxiproxy {
 public:
  explicit Toxiproxy(int server_port);

  /// The port that leads to the server.
  [[nodiscard]] int port() const noexcept { return port_; }

  /// No toxic: all connections are closed, and new ones are refused.
  inline static const Toxic kDisabled{"disabled"};

  /// Adds a fault, to the connections that are open as well.
  void add(const Toxic& toxic);
  /// Takes all faults away, and listens again.
  void heal();

 private:
  void tell(const std::string& path, const nlohmann::json& body);

  PrivateFolder folder_;
  std::vector<int> ports_ = free_ports(2);
  int port_ = ports_[0];
  int control_port_ = ports_[1];
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
