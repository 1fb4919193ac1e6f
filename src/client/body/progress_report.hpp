// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/body.hpp>

#include "body/function_body.hpp"

namespace easypost_connect::internal {

/// Tells a caller how far the bodies of one attempt have come; does nothing for a caller who did not ask.
class ProgressReport {
 public:
  /// Begins the report of the next attempt. `tell` must outlive it.
  void begin(const ProgressCallback& tell, std::optional<std::uint64_t> to_send) noexcept {
    tell_ = tell ? &tell : nullptr;
    progress_ = {};
    progress_.to_send = to_send;
  }
  [[nodiscard]] bool wanted() const noexcept { return tell_ != nullptr; }

  /// Notes how long the answer says it is.
  void announced(std::uint64_t bytes) noexcept { progress_.to_receive = bytes; }
  /// Fails if the caller's function throws.
  [[nodiscard]] Result<void> sent(std::uint64_t bytes) {
    progress_.sent += bytes;
    return tell();
  }
  [[nodiscard]] Result<void> received(std::uint64_t bytes) {
    progress_.received += bytes;
    return tell();
  }

 private:
  [[nodiscard]] Result<void> tell() const {
    if (tell_ == nullptr) return {};
    try {
      (*tell_)(progress_);
      return {};
    } catch (...) {
      return thrown_error("The function for progress");
    }
  }

  const ProgressCallback* tell_ = nullptr;
  Progress progress_;
};

}  // namespace easypost_connect::internal
