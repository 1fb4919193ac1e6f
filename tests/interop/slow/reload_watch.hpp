// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <easypost_connect/observer.hpp>

namespace easypost_connect::interop {

/// Sees how credentials are reloaded.
class ReloadWatch final : public Observer {
 public:
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    const std::lock_guard lock(mutex_);
    if (event.error == nullptr) {
      ++successes_;
    } else {
      failures_.push_back(*event.error);
    }
    changed_.notify_all();
  }

  /// Waits until so many reloads have succeeded; false: that took longer than half a minute.
  [[nodiscard]] bool wait_for_successes(std::size_t count) {
    return wait([&] { return successes_ >= count; });
  }
  /// Waits until so many reloads have failed; false: that took longer than half a minute.
  [[nodiscard]] bool wait_for_failures(std::size_t count) {
    return wait([&] { return failures_.size() >= count; });
  }
  [[nodiscard]] std::vector<Error> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

 private:
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), condition);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t successes_ = 0;
  std::vector<Error> failures_;
};

}  // namespace easypost_connect::interop
