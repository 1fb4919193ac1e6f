// SPDX-License-Identifier: Apache-2.0
#include "failing_threads.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <limits>

namespace easypost_connect::test_support {
namespace {

constexpr long kAny = std::numeric_limits<long>::max();
std::atomic<long> left{kAny};
std::atomic<bool> refused{false};

bool is_one_too_many() noexcept {
  if (left.load() == kAny || left.fetch_sub(1) > 0) return false;
  refused = true;
  return true;
}

}  // namespace

FewThreads::FewThreads(long few) noexcept {
  refused = false;
  left = few;
}

FewThreads::~FewThreads() { left = kAny; }

bool FewThreads::were_too_few() noexcept { return refused; }

}  // namespace easypost_connect::test_support

using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

extern "C" [[gnu::visibility("default")]] int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                                             void* (*start)(void*), void* argument) {
  if (easypost_connect::test_support::is_one_too_many()) return EAGAIN;
  static const auto next = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
  return next(thread, attributes, start, argument);
}
