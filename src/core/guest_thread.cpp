// SPDX-License-Identifier: Apache-2.0
#include "core/guest_thread.hpp"

#include <csignal>
#include <utility>

namespace easypost_connect::internal {
namespace {

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

std::thread guest_thread(std::function<void()> body) {
  const BlockSignals blocked;
  return std::thread(std::move(body));
}

}  // namespace easypost_connect::internal
