// SPDX-License-Identifier: Apache-2.0
#include "failing_memory.hpp"

#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace easypost_connect::test_support {
namespace {

std::atomic<long> left{0};  // allocations until the one that fails; none does if it is 0 or less
std::atomic<bool> failed{false};
std::atomic<bool> elsewhere{false};
std::atomic<pthread_t> here{};
std::atomic<long> used{0};
thread_local bool in_new = false;
thread_local int spared = 0;  // SparedMemory objects that live on this thread

bool is_the_one() noexcept {
  if (left.load() <= 0 || spared > 0) return false;
  if ((pthread_equal(pthread_self(), here.load()) == 0) != elsewhere.load()) return false;
  if (left.fetch_sub(1) != 1) return false;
  failed = true;
  return true;
}

}  // namespace

FailingMemory::FailingMemory(Thread thread, long nth) noexcept {
  here = pthread_self();
  elsewhere = thread == Thread::kAnyOther;
  failed = false;
  left = nth;
}

FailingMemory::~FailingMemory() { left = 0; }

SparedMemory::SparedMemory() noexcept { ++spared; }
SparedMemory::~SparedMemory() { --spared; }

bool FailingMemory::has_failed() noexcept { return failed; }

long FailingMemory::in_use() noexcept { return used; }

bool FailingMemory::is_in_new() noexcept { return in_new; }

}  // namespace easypost_connect::test_support

using easypost_connect::test_support::in_new;
using easypost_connect::test_support::is_the_one;
using easypost_connect::test_support::used;

void* operator new(std::size_t size) {
  in_new = true;
  void* memory = is_the_one() ? nullptr : std::malloc(size);
  in_new = false;
  if (memory == nullptr) throw std::bad_alloc();
  ++used;
  return memory;
}

/// A sanitizer's own operator would give memory that the `operator delete` below takes back.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept try {
  return operator new(size);
} catch (const std::bad_alloc&) {
  return nullptr;
}

void operator delete(void* memory) noexcept {
  if (memory != nullptr) --used;
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept { operator delete(memory); }

void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept { operator delete(memory); }
