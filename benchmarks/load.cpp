// SPDX-License-Identifier: Apache-2.0
#include "load.hpp"

namespace easypost_connect::benchmark {

Load::Load(Seconds time, std::size_t at_most)
    : until_(Clock::now() + std::chrono::duration_cast<Clock::duration>(time)), left_(at_most) {}

bool Load::take(Clock::time_point now) {
  if (now >= until_ || left_ == 0) return false;
  --left_;
  ++in_flight_;
  return true;
}

bool Load::start() {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  return take(now);
}

bool Load::next(Clock::time_point sent) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  latencies_.push_back(std::chrono::duration<float, std::micro>(now - sent).count());
  --in_flight_;
  if (take(now)) return true;
  if (in_flight_ == 0) idle_.notify_all();
  return false;
}

void Load::wait_for_all() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return in_flight_ == 0; });
}

}  // namespace easypost_connect::benchmark
