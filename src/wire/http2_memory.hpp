// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>

namespace easypost_connect::internal {

/// The memory of one nghttp2 session: small blocks that it gives back are kept for its next stream, for which it wants
/// a dozen. Must outlive the session. One thread at a time.
class Http2Memory {
 public:
  Http2Memory() noexcept;
  ~Http2Memory();
  Http2Memory(const Http2Memory&) = delete;
  Http2Memory& operator=(const Http2Memory&) = delete;

  [[nodiscard]] nghttp2_mem* functions() noexcept { return &functions_; }

 private:
  struct Block;
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kClasses = 17;  // of up to 1 KiB

  [[nodiscard]] void* allocate(std::size_t size) noexcept;
  void release(void* memory) noexcept;
  [[nodiscard]] void* resize(void* memory, std::size_t size) noexcept;

  nghttp2_mem functions_;
  std::array<Block*, kClasses> free_{};
};

}  // namespace easypost_connect::internal
