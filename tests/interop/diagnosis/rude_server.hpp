// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>

#include "loopback.hpp"

namespace easypost_connect::interop {

/// A port that does not speak TLS, and counts who connects.
class RudeServer {
 public:
  enum class Manner {
    kSilent,          ///< takes connections and never says a word
    kResets,          ///< ends them at once (RST)
    kSpeaksPlainHttp  ///< answers whatever comes with a plain HTTP answer
  };

  explicit RudeServer(Manner manner);
  ~RudeServer();
  RudeServer(const RudeServer&) = delete;
  RudeServer& operator=(const RudeServer&) = delete;

  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_); }
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

 private:
  void serve();

  Manner manner_;
  int port_ = free_ports(1).front();
  LoopbackSocket socket_{port_};
  std::atomic<std::size_t> connections_{0};
  std::thread thread_;
};

}  // namespace easypost_connect::interop
