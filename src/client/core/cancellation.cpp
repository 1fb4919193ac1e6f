// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <mutex>
#include <utility>

#include <easypost_connect/cancellation.hpp>

namespace easypost_connect {
namespace internal {

/// The callbacks form a list through themselves, so that registering one allocates nothing.
class CancellationState {
 public:
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }

  void cancel() noexcept {
    const std::lock_guard lock(mutex_);
    if (cancelled_.exchange(true, std::memory_order_acq_rel)) return;
    for (auto* callback = first_; callback != nullptr; callback = callback->next_) callback->wake_();
  }

  void add(CancellationCallback& callback) {
    const std::lock_guard lock(mutex_);
    if (cancelled()) callback.wake_();
    callback.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &callback;
    first_ = &callback;
  }

  void remove(CancellationCallback& callback) noexcept {
    const std::lock_guard lock(mutex_);  // waits for a wake() that is running
    (callback.previous_ != nullptr ? callback.previous_->next_ : first_) = callback.next_;
    if (callback.next_ != nullptr) callback.next_->previous_ = callback.previous_;
  }

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  CancellationCallback* first_ = nullptr;
};

}  // namespace internal

bool CancellationToken::cancelled() const noexcept { return state_ && state_->cancelled(); }

CancellationSource::CancellationSource() : state_(std::make_shared<internal::CancellationState>()) {}

void CancellationSource::cancel() const noexcept {
  if (state_) state_->cancel();  // one that was moved from has nobody to cancel
}

CancellationToken CancellationSource::token() const noexcept {
  CancellationToken token;
  token.state_ = state_;
  return token;
}

CancellationCallback::CancellationCallback(const CancellationToken& token, std::function<void()> wake)
    : state_(wake ? token.state_ : nullptr), wake_(std::move(wake)) {
  if (state_) state_->add(*this);
}

CancellationCallback::~CancellationCallback() {
  if (state_) state_->remove(*this);
}

}  // namespace easypost_connect
