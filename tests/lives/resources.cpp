// SPDX-License-Identifier: Apache-2.0
#include "resources.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <new>

#include "trace.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace {

std::atomic<long> live_blocks{0};

void* allocate(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  live_blocks.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void release(void* block) noexcept {
  if (block == nullptr) return;
  live_blocks.fetch_sub(1, std::memory_order_relaxed);
  std::free(block);
}

}  // namespace

// The other forms call these.
void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* block) noexcept { release(block); }
void operator delete[](void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { release(block); }
void operator delete[](void* block, std::size_t /*size*/) noexcept { release(block); }

namespace easypost_connect::lives {
namespace {

long entries_of(const char* folder) {
  return static_cast<long>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

Resources Resources::now() {
  Resources held;
  held.threads = entries_of("/proc/self/task");
  held.descriptors = entries_of("/proc/self/fd");
  held.blocks = live_blocks;
  return held;
}

std::string Resources::describe() const {
  return std::to_string(threads) + " threads, " + std::to_string(descriptors) + " descriptors, " +
         std::to_string(blocks) + " blocks";
}

bool Resources::within(const Resources& other) const noexcept {
  return threads <= other.threads && descriptors <= other.descriptors && blocks <= other.blocks;
}

void look_for_leaks() {
#if defined(__SANITIZE_ADDRESS__)
  if (__lsan_do_recoverable_leak_check() != 0) trace::fail("memory was lost");
#endif
}

}  // namespace easypost_connect::lives
