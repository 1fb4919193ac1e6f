// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// An answer that one thread waits for and another one brings. Who brings it keeps it alive: the other may be gone.
class AwaitedAnswer {
 public:
  void bring(Result<Response> answer);
  /// The Error is the answer's; or the deadline has passed, or the wait was cancelled.
  [[nodiscard]] std::optional<Error> wait(SteadyTime deadline, const CancellationToken& cancellation);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Result<Response>> answer_;
};

}  // namespace easypost_connect::internal
