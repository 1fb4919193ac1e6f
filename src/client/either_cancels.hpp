// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/cancellation.hpp>

namespace easypost_connect::internal {

/// Two can cancel a call: its caller, and the end of the client. Most calls have no cancellation of their own, and this
/// costs them nothing. Not copyable: the callbacks refer to it.
class EitherCancels {
 public:
  EitherCancels(const CancellationToken& caller, const CancellationToken& client) : token_(client) {
    if (!caller.can_be_cancelled()) return;
    source_.emplace();
    const auto cancel = [this] { source_->cancel(); };
    caller_.emplace(caller, cancel);
    client_.emplace(client, cancel);
    token_ = source_->token();
  }
  EitherCancels(const EitherCancels&) = delete;
  EitherCancels& operator=(const EitherCancels&) = delete;

  [[nodiscard]] const CancellationToken& token() const noexcept { return token_; }

 private:
  CancellationToken token_;
  std::optional<CancellationSource> source_;
  std::optional<CancellationCallback> caller_;
  std::optional<CancellationCallback> client_;
};

}  // namespace easypost_connect::internal
