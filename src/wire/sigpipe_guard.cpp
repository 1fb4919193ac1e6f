// SPDX-License-Identifier: Apache-2.0
#include "wire/sigpipe_guard.hpp"

#include <cerrno>
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
  const sigset_t sigpipe = only_sigpipe();
  if (armed_) pthread_sigmask(SIG_BLOCK, &sigpipe, &before_);
}

SigpipeGuard::~SigpipeGuard() {
  if (!armed_) return;
  const int error = errno;
  take_back();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  errno = error;
}

}  // namespace easypost_connect::internal
