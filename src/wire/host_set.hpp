// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace easypost_connect::internal {

/// Hosts of which all connections of one identity know something, each with its port. Thread-safe.
class HostSet {
 public:
  void add(std::string_view authority) {
    const std::lock_guard lock(mutex_);
    if (!holds(authority)) hosts_.emplace_back(authority);
  }
  [[nodiscard]] bool contains(std::string_view authority) const {
    const std::lock_guard lock(mutex_);
    return holds(authority);
  }

 private:
  [[nodiscard]] bool holds(std::string_view authority) const {
    return std::find(hosts_.begin(), hosts_.end(), authority) != hosts_.end();
  }

  mutable std::mutex mutex_;
  std::vector<std::string> hosts_;
};

}  // namespace easypost_connect::internal
