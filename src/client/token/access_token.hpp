// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/secret.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// A bearer token (RFC 6750) and how long it may be used. Cheap to copy.
class AccessToken {
 public:
  /// `requested_at` is when the token was asked for, so that the way back does not lengthen its life.
  AccessToken(std::string_view value, Moment requested_at, std::chrono::seconds life);

  /// "Bearer <token>": the form in which a token is used. Made once, not once a call.
  [[nodiscard]] const Secret& authorization() const noexcept { return authorization_; }

  /// The token by itself.
  [[nodiscard]] std::string_view text() const noexcept;

  [[nodiscard]] std::chrono::seconds life() const noexcept { return life_; }

  /// Returns the end of its life on both clocks.
  [[nodiscard]] Moment expires_at() const noexcept { return expires_at_; }

  /// Returns the time until the token expires; zero or less when it has.
  [[nodiscard]] std::chrono::milliseconds left(Moment now) const noexcept;

  /// Says whether the token has expired on either clock: the steady one does not see a suspend, the wall clock can be
  /// set back.
  [[nodiscard]] bool expired(Moment now, std::chrono::milliseconds slack = {}) const noexcept;

  friend bool operator==(const AccessToken& a, const AccessToken& b) noexcept {
    return a.authorization_ == b.authorization_;
  }

 private:
  Secret authorization_;
  std::chrono::seconds life_;
  Moment expires_at_;
};

}  // namespace easypost_connect::internal
