// SPDX-License-Identifier: Apache-2.0
#include "failing_c_memory.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>

#include "failing_memory.hpp"

namespace easypost_connect::test_support {
namespace {

std::atomic<long> left{0};  // allocations until the one that fails; none does if it is 0 or less
std::atomic<bool> failed{false};

bool is_the_one() noexcept {
  if (left.load() <= 0 || FailingMemory::is_in_new() || left.fetch_sub(1) != 1) return false;
  failed = true;
  errno = ENOMEM;
  return true;
}

}  // namespace

FailingCMemory::FailingCMemory(long nth) noexcept {
  failed = false;
  left = nth;
}

FailingCMemory::~FailingCMemory() { left = 0; }

bool FailingCMemory::has_failed() noexcept { return failed; }

}  // namespace easypost_connect::test_support

// The C library's own functions stay behind these names (glibc).
extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* memory, std::size_t size);      // NOLINT(bugprone-reserved-identifier)

using easypost_connect::test_support::is_the_one;
[[gnu::visibility("default")]] void* malloc(std::size_t size) { return is_the_one() ? nullptr : __libc_malloc(size); }
[[gnu::visibility("default")]] void* calloc(std::size_t count, std::size_t size) {
  return is_the_one() ? nullptr : __libc_calloc(count, size);
}
[[gnu::visibility("default")]] void* realloc(void* memory, std::size_t size) {
  return is_the_one() ? nullptr : __libc_realloc(memory, size);
}
}
