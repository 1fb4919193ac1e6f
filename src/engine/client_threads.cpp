// SPDX-License-Identifier: Apache-2.0
#include "engine/client_threads.hpp"

#include <algorithm>
#include <utility>

#include "core/guest_thread.hpp"

namespace easypost_connect::internal {

void ClientThreads::start(Work work, std::function<void()> body) {
  std::list<ClientThread> started(1);
  const std::lock_guard lock(mutex_);
  join_ended();
  started.front().thread = guest_thread([body = std::move(body), ended = started.front().ended]() mutable {
    body();
    body = nullptr;  // before it counts as ended: what it owned may be the last of a client
    ended->store(true);
  });
  started.front().work = work;
  started.front().id = started.front().thread.get_id();
  threads_.splice(threads_.end(), started);
}

/// With the lock held. A thread that has ended is joined when the next one starts: no reload leaves one behind for
/// good.
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

const ClientThreads::ClientThread* ClientThreads::this_one() const noexcept {
  const auto is_here = [here = std::this_thread::get_id()](const ClientThread& each) { return each.id == here; };
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(threads_.begin(), threads_.end(), is_here);
  return found != threads_.end() ? &*found : nullptr;
}

bool ClientThreads::calls_are_carried_here() const noexcept {
  const ClientThread* const here = this_one();
  return here != nullptr && here->work == Work::kCarryCalls;
}

void ClientThreads::wait() noexcept {
  const bool on_one_of_them = this_one() != nullptr;
  // Without the lock: until its end, each may ask whether it is one of them.
  for (ClientThread& each : threads_) {
    if (!each.thread.joinable()) continue;
    on_one_of_them ? each.thread.detach() : each.thread.join();
  }
}

}  // namespace easypost_connect::internal
