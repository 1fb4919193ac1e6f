// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "core/make_error.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "wire/async_transport.hpp"

namespace easypost_connect::test_support {

/// Returns a reply that takes its time by the hand-moved clock, and ends in time when the deadline of the attempt comes
/// first.
inline FakeTransport::Reply after(std::chrono::milliseconds time, FakeClock& clock, Result<Response> result) {
  return [time, &clock, result = std::move(result)](const SentRequest& sent) -> Result<Response> {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(sent.deadline - clock.now().steady);
    clock.advance(std::max(std::min(time, left), std::chrono::milliseconds(0)));
    if (time < left) return result;
    return internal::no_answer_in_time();
  };
}

/// Carries the attempts of an IoLoop over a blocking transport, one after the other, within run(). If there is nothing
/// to carry, time passes by the hand-moved clock.
class SlowWire final : public internal::AsyncTransport {
 public:
  SlowWire(std::shared_ptr<Transport> transport, FakeClock& clock) : transport_(std::move(transport)), clock_(clock) {}

  Result<void> start(internal::Attempt& attempt) override {
    started_.push_back(&attempt);
    return {};
  }

  Error abort(internal::Attempt& attempt) noexcept override {
    started_.erase(std::find(started_.begin(), started_.end(), &attempt));
    return internal::no_answer_in_time();
  }

  void run(internal::SteadyTime until) noexcept override {
    if (started_.empty()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.now().steady);
      if (until != internal::SteadyTime::max()) clock_.advance(std::max(left, std::chrono::milliseconds(0)));
      return;
    }
    internal::Attempt& first = *started_.front();
    started_.pop_front();
    first.on_answer(transport_->send(first.request(), first.context()));
  }

  void wake() noexcept override {}

 private:
  std::shared_ptr<Transport> transport_;
  FakeClock& clock_;
  std::deque<internal::Attempt*> started_;
};

}  // namespace easypost_connect::test_support
