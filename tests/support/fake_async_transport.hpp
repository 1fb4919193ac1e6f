// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/make_error.hpp"
#include "wire/async_transport.hpp"

namespace easypost_connect::test_support {

/// An AsyncTransport without a network: what was started stays under way until a test answers it, within run(). It
/// belongs to the thread that drives it, but for wake().
class FakeAsyncTransport final : public internal::AsyncTransport {
 public:
  Result<void> start(internal::Attempt& attempt) override {
    started.push_back(attempt.context().url);
    under_way.push_back(&attempt);
    return {};
  }

  [[nodiscard]] internal::SteadyTime end_of(const internal::Attempt& attempt) const noexcept override {
    return std::max(attempt.context().deadline, moved_until);
  }

  Error abort(internal::Attempt& attempt) noexcept override {
    ++aborted;
    under_way.erase(std::find(under_way.begin(), under_way.end(), &attempt));
    Error error = internal::no_answer_in_time();
    error.never_sent = never_sent;
    return error;
  }

  void run(internal::SteadyTime until) noexcept override {
    ran_until.push_back(until);
    for (auto& answer : std::exchange(answers_, {})) answer();
  }

  void wake() noexcept override {}

  /// Has the next run() answer what has been under way for longest.
  void answer(Result<Response> result) {
    answers_.push_back([this, result = std::move(result)] {
      internal::Attempt* const first = under_way.front();
      under_way.erase(under_way.begin());
      first->on_answer(result);
    });
  }

  std::vector<std::string> started;  ///< the URL of each attempt
  std::vector<internal::Attempt*> under_way;
  std::vector<internal::SteadyTime> ran_until;
  internal::SteadyTime moved_until{};  ///< bytes of bodies keep attempts alive up to then
  bool never_sent = false;             ///< goes into the errors of aborted attempts
  int aborted = 0;

 private:
  std::vector<std::function<void()>> answers_;
};

}  // namespace easypost_connect::test_support
