// SPDX-License-Identifier: Apache-2.0
#include "engine/client_threads.hpp"

#include <utility>

#include "core/process.hpp"

namespace easypost_connect::internal {
namespace {

/// Points to the owner of the ClientThreads whose calls this thread carries out; null on any other thread.
thread_local const void* carries_calls_of = nullptr;

}  // namespace

void ClientThreads::start(Work work, std::function<void()> body) {
  std::list<ClientThread> started(1);
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  join_ended();
  auto run = [body = std::move(body), work, owner = owner_, ended = started.front().ended]() mutable {
    if (work == Work::kCarryCalls) carries_calls_of = owner.get();
    body();
    body = nullptr;  // the thread does not count as ended yet: the body may own the last of a client
    ended->store(true);
  };
  started.front().thread = guest_thread(awaited_by_exit(std::move(run)), owner_.get());
  threads_.splice(threads_.end(), started);
}

/// The caller holds the lock. A thread that has ended is joined when the next one starts: no reload leaves one behind
/// for good.
void ClientThreads::join_ended() {
  for (auto each = threads_.begin(); each != threads_.end();) {
    const auto next = std::next(each);
    if (each->ended->load()) {
      each->thread.join();
      threads_.erase(each);
    }
    each = next;
  }
}

bool ClientThreads::calls_are_carried_here() const noexcept { return carries_calls_of == owner_.get(); }

void ClientThreads::wait() noexcept {
  // Two clients that end on each other's threads would wait for each other.
  const bool on_a_clients = owner_of_this_thread() != nullptr;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  // No lock is needed: no thread is started any more.
  for (ClientThread& each : threads_) {
    if (!each.thread.joinable()) continue;
    on_a_clients ? each.thread.detach() : each.thread.join();
  }
}

}  // namespace easypost_connect::internal
