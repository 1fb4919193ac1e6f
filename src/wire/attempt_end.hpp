// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include <easypost_connect/transport.hpp>

#include "core/body_origin.hpp"
#include "core/body_target.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Until when one attempt may go on: the deadline in its context, which bytes of a body that move put off, so that a
/// large body is judged by its progress. One thread at a time.
class AttemptEnd {
 public:
  /// An attempt in which nothing has moved for so long is lost.
  static constexpr std::chrono::seconds kLongestSilence{30};

  /// `request` must outlive the attempt. `handed_over`: its body has no byte, or none is left to be sent.
  void begin(const Request& request, const CallContext& context, bool handed_over) noexcept {
    request_ = &request;
    end_ = context.deadline;
    latest_ = std::max(context.deadline, context.call_deadline);
    once_whole_ = context.once_whole;
    if (!would_be_repeated(handed_over)) end_ = latest_;
  }
  /// Of a connection that is opened without a request.
  void begin(const CallContext& context) noexcept { end_ = latest_ = context.deadline; }

  /// Bytes of a body have moved, or the headers of an answer have ended. What would not be repeated after that has
  /// until the deadline of its call.
  void moved(bool handed_over, SteadyTime now) noexcept {
    end_ = would_be_repeated(handed_over) ? std::clamp(now + kLongestSilence, end_, latest_) : latest_;
  }

  [[nodiscard]] SteadyTime at() const noexcept { return end_; }

 private:
  [[nodiscard]] bool would_be_repeated(bool handed_over) const noexcept {
    return !(once_whole_ && handed_over) && !spent(request_->body) && !spent(request_->options.sink);
  }

  const Request* request_ = nullptr;
  SteadyTime end_{};
  SteadyTime latest_{};
  bool once_whole_ = false;
};

}  // namespace easypost_connect::internal
