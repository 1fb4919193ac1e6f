// SPDX-License-Identifier: Apache-2.0
#include "wire/sigpipe_guard.hpp"

#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "wire/curl_library.hpp"

namespace easypost_connect::internal {
namespace {

sigset_t only_sigpipe() noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

bool is_pending() noexcept {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

/// Takes the pending signal of this thread, if there is one, without waiting.
void take_back() noexcept {
  const sigset_t sigpipe = only_sigpipe();
  const timespec now{};
  while (sigtimedwait(&sigpipe, nullptr, &now) == -1 && errno == EINTR) {
  }
}

}  // namespace

bool libcurl_raises_sigpipe() noexcept {
  static const bool raises = !libcurl_is_at_least(0x075700);
  return raises;
}

SigpipeGuard::SigpipeGuard(bool needed) noexcept : armed_(needed && !is_pending()) {
  if (!armed_) return;
  const sigset_t sigpipe = only_sigpipe();
  sigset_t before;
  was_blocked_ = pthread_sigmask(SIG_BLOCK, &sigpipe, &before) == 0 && sigismember(&before, SIGPIPE) == 1;
}

SigpipeGuard::~SigpipeGuard() {
  if (!armed_) return;
  const int error = errno;
  take_back();
  const sigset_t sigpipe = only_sigpipe();
  if (!was_blocked_) pthread_sigmask(SIG_UNBLOCK, &sigpipe, nullptr);
  errno = error;
}

}  // namespace easypost_connect::internal
