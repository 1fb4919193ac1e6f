// SPDX-License-Identifier: Apache-2.0
#include "core/guest_thread.hpp"

#include <csignal>
#include <utility>

namespace easypost_connect::internal {
namespace {

thread_local const void* owner_here = nullptr;

/// Blocks all signals of this thread; a thread made meanwhile inherits that.
class BlockSignals {
 public:
  BlockSignals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

const void* owner_of_this_thread() noexcept { return owner_here; }

std::thread guest_thread(std::function<void()> body, const void* owner) {
  const BlockSignals blocked;
  return std::thread([body = std::move(body), owner] {
    owner_here = owner;
    body();
  });
}

}  // namespace easypost_connect::internal
