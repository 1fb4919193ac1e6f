// SPDX-License-Identifier: Apache-2.0
#include "core/fork.hpp"

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

namespace easypost_connect::internal {
namespace {

std::atomic<unsigned> generation{0};
std::mutex mutex;  // its destructor does nothing

struct Abandoned {
  std::shared_ptr<void> object;
  Abandoned* next = nullptr;
};
std::atomic<Abandoned*> abandoned{nullptr};  // for ever reachable, for those who look for leaks

void before_fork() noexcept { mutex.lock(); }
void after_fork_in_parent() noexcept { mutex.unlock(); }
void after_fork_in_child() noexcept {
  generation.fetch_add(1, std::memory_order_relaxed);
  mutex.unlock();
}

}  // namespace

unsigned process_generation() noexcept {
  static const int registered = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  static_cast<void>(registered);
  return generation.load(std::memory_order_relaxed);
}

std::mutex& fork_safe_mutex() noexcept { return mutex; }

void abandon(std::shared_ptr<void> object) noexcept {
  auto* const node = new (std::nothrow) Abandoned{};
  if (node == nullptr) {  // no memory even to be reached by: it is kept all the same
    alignas(std::shared_ptr<void>) std::byte lost[sizeof object];
    new (lost) std::shared_ptr<void>(std::move(object));
    return;
  }
  node->object = std::move(object);
  node->next = abandoned.load();
  while (!abandoned.compare_exchange_weak(node->next, node)) {
  }
}

}  // namespace easypost_connect::internal
