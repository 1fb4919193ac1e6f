// SPDX-License-Identifier: Apache-2.0
#include "rotation/look_schedule.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace easypost_connect::internal {
namespace {

using Pause = LookSchedule::Pause;
using std::chrono::steady_clock;

constexpr Pause kShortest{1000};
/// The pauses of a source that fails do not grow beyond a minute, unless they are longer in any case.
constexpr Pause kLongestAfterFailures{60'000};
/// A year is far beyond any lease, and far below what overflows.
constexpr Pause kLongest = std::chrono::hours(24 * 365);

Pause bounded(std::chrono::seconds given) noexcept {
  return std::clamp<std::chrono::seconds>(given, std::chrono::seconds(1), std::chrono::hours(24 * 365));
}

/// Returns 1 s, 2 s, 4 s and so on.
Pause after_failures(int count, Pause longest) noexcept {
  constexpr int kMostDoublings = 20;
  return std::min(kShortest * (1 << std::min(count - 1, kMostDoublings)), longest);
}

/// Returns `text` without the figures before "ms" and "milliseconds", with which libcurl says how long it has tried.
std::string without_milliseconds(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kUnits[] = {" ms", " milliseconds"};
  std::string rest;
  while (!text.empty()) {
    const auto begin = std::min(text.find_first_of(kDigits), text.size());
    const auto end = std::min(text.find_first_not_of(kDigits, begin), text.size());
    const bool is_time = std::any_of(std::begin(kUnits), std::end(kUnits),
                                     [&](std::string_view unit) { return text.substr(end, unit.size()) == unit; });
    rest.append(text.substr(0, is_time ? begin : end));
    text.remove_prefix(end);
  }
  return rest;
}

/// Returns what two failures of the same kind have in common: not the request's id, nor how many milliseconds it took.
std::string essence(Error error) {
  error.request_id.clear();
  error.retry_after.reset();
  error.seen.transport.clear();
  error.message = without_milliseconds(error.message);
  return error.describe();
}

}  // namespace

LookSchedule::LookSchedule(Pause watch_interval) : watch_interval_(watch_interval) {
  if (watch_interval.count() > 0) usual_ = next_ = watch_interval;
}

void LookSchedule::answered(std::optional<std::chrono::seconds> look_again_after) {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
  failure_.clear();
  usual_.reset();
  if (watch_interval_.count() > 0) usual_ = std::max(watch_interval_, kShortest);
  if (look_again_after) usual_ = std::min(bounded(*look_again_after), usual_.value_or(kLongest));
  usual_ ? begin(*usual_) : next_.reset();
  if (!usual_) due_.reset();
}

bool LookSchedule::failed(const Error& error) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  Pause pause = after_failures(failures_, std::max(usual_.value_or(kShortest), kLongestAfterFailures));
  if (error.retry_after) pause = std::max(pause, std::min(*error.retry_after, kLongest));
  begin(pause);
  std::string failure = essence(error);
  if (failure == failure_) return false;
  failure_ = std::move(failure);
  return true;
}

void LookSchedule::postponed() {
  const std::lock_guard lock(mutex_);
  begin(kShortest);
}

/// Begins a pause now. The lock is held.
void LookSchedule::begin(Pause pause) {
  next_ = pause;
  due_ = steady_clock::now() + pause;
  changed_.notify_all();
}

std::optional<Pause> LookSchedule::pause() const {
  const std::lock_guard lock(mutex_);
  return next_;
}

bool LookSchedule::wait(const CancellationToken& end) {
  const CancellationCallback wake(end, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  if (!due_ && usual_) begin(*usual_);
  while (!end.cancelled()) {
    const SteadyTime due = due_.value_or(SteadyTime::max());
    if (steady_clock::now() >= due) {
      due_.reset();
      return true;
    }
    changed_.wait_until(lock, due);
  }
  return false;
}

}  // namespace easypost_connect::internal
