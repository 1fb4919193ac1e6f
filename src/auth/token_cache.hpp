// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <easypost_connect/result.hpp>

#include "auth/access_token.hpp"

namespace easypost_connect::internal {

/// Decides who fetches a token and who waits: no I/O, no clock, no lock of its own.
///
/// At most one flight (a fetch under way) exists at a time. Whoever is told to fetch must report with land().
class TokenCache {
 public:
  enum class Advice {
    kServe,  ///< use token()
    kFetch,  ///< you are the one: fetch, then land()
    kWait,   ///< another caller fetches: ask again when it has landed
  };

  [[nodiscard]] Advice ask(Moment now);
  void land(Result<AccessToken> outcome);

  /// Forgets `token`, if it is still the one in use: a late 401 must not throw away its successor.
  void invalidate(const AccessToken& token);

  [[nodiscard]] const AccessToken& token() const { return *token_; }

  /// Number of flights that have landed, and how the last one failed, if it did.
  [[nodiscard]] std::uint64_t landed() const noexcept { return landed_; }
  [[nodiscard]] const std::optional<Error>& last_failure() const noexcept { return last_failure_; }

 private:
  std::optional<AccessToken> token_;
  std::optional<Error> last_failure_;
  std::uint64_t landed_ = 0;
  bool in_flight_ = false;
};

}  // namespace easypost_connect::internal
