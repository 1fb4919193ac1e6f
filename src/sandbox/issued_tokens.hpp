// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace easypost_connect::sandbox {

/// The access tokens issued so far. Thread-safe; time is an argument, on the clock that nobody can set.
class IssuedTokens {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit IssuedTokens(std::chrono::seconds life) : life_(life) {}

  [[nodiscard]] std::chrono::seconds life() const noexcept { return life_; }

  struct Known {
    std::string client_id;
    bool expired;
  };

  std::string issue(const std::string& client_id, Time now);
  /// Returns nothing for a token that was never issued, was revoked, or expired long ago.
  [[nodiscard]] std::optional<Known> find(std::string_view token, Time now) const;
  void revoke_all();  ///< all are unknown from now on

 private:
  struct Token {
    std::string value;
    std::string client_id;
    Time expires;
  };

  const std::chrono::seconds life_;
  mutable std::mutex mutex_;
  std::vector<Token> tokens_;
};

}  // namespace easypost_connect::sandbox
