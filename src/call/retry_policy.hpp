// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/result.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Says when a call that did not succeed may be tried again.
class RetryPolicy {
 public:
  /// The moment of the next attempt, or nothing: the call ends as it is. For now every call ends as it is.
  [[nodiscard]] std::optional<SteadyTime> next_attempt(const Result<Response>& /*outcome*/, Moment /*now*/) const {
    return std::nullopt;
  }
};

}  // namespace easypost_connect::internal
