// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <easypost_connect/request.hpp>

#include "core/body_origin.hpp"
#include "core/progress_report.hpp"

namespace easypost_connect::internal {

/// POST, PUT and PATCH announce a body even when it is empty (RFC 9110, section 8.6).
[[nodiscard]] bool has_body(const Request& request) noexcept;

/// It is known to have no byte.
[[nodiscard]] bool is_empty(const Body& body) noexcept;

/// The body of a request, for one attempt: read piece by piece, straight into a codec's buffer.
class RequestBody {
 public:
  /// Opens the body for one attempt; both must outlive that. An Error: it cannot be sent.
  [[nodiscard]] std::optional<Error> open(const Request& request, ProgressReport& progress);
  void close() noexcept;

  /// In bytes; nothing when it is not known.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept;
  /// Read to its end: as far as anybody can tell here, it was sent.
  [[nodiscard]] bool whole() const noexcept { return ended_ || given_ == size(); }

  /// The next bytes, at most `capacity`; 0: the end. Nothing: it cannot be read, and failure() says why.
  [[nodiscard]] std::optional<std::size_t> read(char* buffer, std::size_t capacity) noexcept;
  [[nodiscard]] std::optional<Error>& failure() noexcept { return failure_; }

 private:
  [[nodiscard]] Result<std::size_t> read_next(char* buffer, std::size_t capacity);

  ProgressReport* progress_ = nullptr;
  std::string_view rest_;             // of a body in memory
  std::unique_ptr<BodyInput> input_;  // of any other
  std::uint64_t given_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace easypost_connect::internal
