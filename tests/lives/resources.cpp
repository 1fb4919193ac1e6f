// SPDX-License-Identifier: Apache-2.0
#include "resources.hpp"

#include <filesystem>
#include <iterator>

#include "failing_memory.hpp"
#include "sanitizers.hpp"
#include "trace.hpp"

#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER)
#include <sanitizer/lsan_interface.h>
#endif

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
  held.blocks = test_support::FailingMemory::in_use();
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
#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER)
  if (__lsan_do_recoverable_leak_check() != 0) trace::fail("memory was lost");
#endif
}

}  // namespace easypost_connect::lives
