// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include <easypost_connect/client_options.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Keeps connections, each with the transfer that speaks on it. The connection to a host that was used last is lent
/// first, so that few stay warm and the others reach the idle timeout and are closed. Not thread-safe.
template <typename Transfer>
class IdlePool {
 public:
  using TransferPtr = std::unique_ptr<Transfer>;

  /// Returns null if there is none to that host and port.
  [[nodiscard]] TransferPtr lend(std::string_view authority) noexcept {
    const auto goes_there = [authority](const Idle& idle) { return idle.transfer->authority() == authority; };
    const auto last = std::find_if(idle_.rbegin(), idle_.rend(), goes_there);
    if (last == idle_.rend()) return nullptr;
    TransferPtr transfer = std::move(last->transfer);
    idle_.erase(std::next(last).base());
    return transfer;
  }

  /// Keeps `transfer`. Returns one that was idle for too long or is one too many, or null.
  [[nodiscard]] TransferPtr keep(TransferPtr transfer, const ConnectionOptions& options) {
    const SteadyTime now = std::chrono::steady_clock::now();
    idle_.push_back({std::move(transfer), now});
    const bool too_many = idle_.size() > options.max_idle;
    if (!too_many && now - idle_.front().since <= options.idle_timeout) return nullptr;
    TransferPtr surplus = std::move(idle_.front().transfer);
    idle_.pop_front();
    return surplus;
  }

  /// Takes out all to that host and port, because what has become of one kept connection is likely to have become of
  /// the others.
  [[nodiscard]] std::deque<TransferPtr> forget(std::string_view authority) {
    std::deque<TransferPtr> forgotten;
    for (auto idle = idle_.begin(); idle != idle_.end();) {
      if (idle->transfer->authority() == authority) {
        forgotten.push_back(std::move(idle->transfer));
        idle = idle_.erase(idle);
      } else {
        ++idle;
      }
    }
    return forgotten;
  }

 private:
  struct Idle {
    TransferPtr transfer;
    SteadyTime since;
  };

  std::deque<Idle> idle_;  // the one used last is at the back
};

}  // namespace easypost_connect::internal
