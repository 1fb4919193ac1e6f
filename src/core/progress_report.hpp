// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/body.hpp>

#include "core/callers_function.hpp"

namespace easypost_connect::internal {

/// Tells a caller how far the bodies of one attempt have come; does nothing for a caller who did not ask.
class ProgressReport {
 public:
  /// For the next attempt. `tell` must outlive it.
  void begin(const ProgressCallback& tell, std::optional<std::uint64_t> to_send) noexcept {
    tell_ = tell ? &tell : nullptr;
    progress_ = {};
    progress_.to_send = to_send;
  }
  [[nodiscard]] bool wanted() const noexcept { return tell_ != nullptr; }

  /// The answer said how long it is.
  void announced(std::uint64_t bytes) noexcept { progress_.to_receive = bytes; }
  /// An Error, when the caller's function threw one.
  [[nodiscard]] std::optional<Error> sent(std::uint64_t bytes) {
    progress_.sent += bytes;
    return tell();
  }
  [[nodiscard]] std::optional<Error> received(std::uint64_t bytes) {
    progress_.received += bytes;
    return tell();
  }

 private:
  [[nodiscard]] std::optional<Error> tell() const {
    if (tell_ == nullptr) return std::nullopt;
    try {
      (*tell_)(progress_);
      return std::nullopt;
    } catch (...) {
      return thrown_error("The function for progress");
    }
  }

  const ProgressCallback* tell_ = nullptr;
  Progress progress_;
};

}  // namespace easypost_connect::internal
