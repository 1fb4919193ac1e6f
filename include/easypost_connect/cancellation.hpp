// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include <easypost_connect/export.hpp>

namespace easypost_connect {

namespace internal {
class CancellationState;
}

/// Tells a call whether its caller still wants it. A default one is never cancelled. Copies share; thread-safe.
class EASYPOST_CONNECT_EXPORT CancellationToken {
 public:
  CancellationToken() noexcept = default;
  [[nodiscard]] bool cancelled() const noexcept;
  /// Returns false for a default token.
  [[nodiscard]] bool can_be_cancelled() const noexcept { return state_ != nullptr; }

 private:
  friend class CancellationSource;
  friend class CancellationCallback;
  std::shared_ptr<internal::CancellationState> state_;
};

/// Cancels the calls that were given its token: each returns with ErrorCode::kCancelled, normally within 50 ms,
/// whatever it waits for but disks and functions of the caller. Copies share; thread-safe; calls need not outlive it.
class EASYPOST_CONNECT_EXPORT CancellationSource {
 public:
  CancellationSource();
  void cancel() const noexcept;
  [[nodiscard]] CancellationToken token() const noexcept;

 private:
  std::shared_ptr<internal::CancellationState> state_;
};

/// Runs `wake` when the token is cancelled, at once if it has been: on the cancelling thread, at most once, and never
/// after the destructor has returned. Transports of one's own that have to interrupt a wait need it. `wake` must not
/// throw, nor touch callbacks of the same token.
class EASYPOST_CONNECT_EXPORT CancellationCallback {
 public:
  CancellationCallback(const CancellationToken& token, std::function<void()> wake);
  ~CancellationCallback();
  CancellationCallback(const CancellationCallback&) = delete;
  CancellationCallback& operator=(const CancellationCallback&) = delete;

 private:
  friend class internal::CancellationState;
  std::shared_ptr<internal::CancellationState> state_;
  std::function<void()> wake_;
  CancellationCallback* previous_ = nullptr;
  CancellationCallback* next_ = nullptr;
};

}  // namespace easypost_connect
