// SPDX-License-Identifier: Apache-2.0
#include "core/slow_work.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "core/guest_thread.hpp"

namespace easypost_connect::internal {
namespace {

/// Of the work and of whoever waits for it.
struct Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
};

/// What the work holds goes before it counts as ended: nobody waits for that any more.
void run(Shared& shared, std::function<void()> work) noexcept {
  try {
    work();
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; it leaves no result
  }
  work = nullptr;
  const std::lock_guard lock(shared.mutex);
  shared.ended = true;
  shared.changed.notify_all();
}

bool wait(Shared& shared, SteadyTime until, const CancellationToken& cancellation) {
  const CancellationCallback wake(cancellation, [&shared] {
    const std::lock_guard lock(shared.mutex);
    shared.changed.notify_all();
  });
  std::unique_lock lock(shared.mutex);
  shared.changed.wait_until(lock, until, [&] { return shared.ended || cancellation.cancelled(); });
  return shared.ended;
}

}  // namespace

bool finish_slow_work(std::function<void()> work, SteadyTime until, const CancellationToken& cancellation) {
  const auto shared = std::make_shared<Shared>();
  std::thread thread = guest_thread([shared, work = std::move(work)]() mutable { run(*shared, std::move(work)); });
  const bool ended = wait(*shared, until, cancellation);
  ended ? thread.join() : thread.detach();
  return ended;
}

}  // namespace easypost_connect::internal
