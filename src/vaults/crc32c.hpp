// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace easypost_connect::internal {

/// Returns the CRC-32C of `bytes` (Castagnoli, RFC 3720, appendix B.4), by which Google says what it sent.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

}  // namespace easypost_connect::internal
