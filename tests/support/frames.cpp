// SPDX-License-Identifier: Apache-2.0
#include "frames.hpp"

#include <algorithm>
#include <cstddef>

namespace easypost_connect::test_support {
namespace {

constexpr std::size_t kLargestPayload = 16384;  // unless SETTINGS_MAX_FRAME_SIZE says otherwise

char byte_of(std::uint32_t number, int shift) { return static_cast<char>((number >> shift) & 0xff); }

}  // namespace

std::uint32_t number_in(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

std::string bytes_of(std::uint32_t number) {
  return {byte_of(number, 24), byte_of(number, 16), byte_of(number, 8), byte_of(number, 0)};
}

std::string Frame::bytes() const {
  std::string bytes = bytes_of(static_cast<std::uint32_t>(payload.size())).substr(1);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  return bytes + bytes_of(stream) + payload;
}

std::string status(int code) {
  if (code == 200) return "\x88";  // the static table has all of that field; it has the name of the others
  const std::string digits = std::to_string(code);
  return std::string{'\x08', static_cast<char>(digits.size())} + digits;
}

std::string field(std::string_view name, std::string_view value) {
  std::string field(1, '\0');
  for (const std::string_view text : {name, value}) {
    field += static_cast<char>(text.size());
    field += text;
  }
  return field;
}

std::string headers(std::uint32_t stream, std::string block, std::uint8_t more_flags) {
  const auto flags = static_cast<std::uint8_t>(kEndHeaders | more_flags);
  return Frame{FrameType::kHeaders, flags, stream, std::move(block)}.bytes();
}

std::string long_headers(std::uint32_t stream, std::string_view block) {
  std::string bytes;
  for (std::size_t at = 0; at < block.size(); at += kLargestPayload) {
    const FrameType type = at == 0 ? FrameType::kHeaders : FrameType::kContinuation;
    std::uint8_t flags = at == 0 ? kEndStream : 0;
    if (block.size() - at <= kLargestPayload) flags |= kEndHeaders;
    bytes += Frame{type, flags, stream, std::string(block.substr(at, kLargestPayload))}.bytes();
  }
  return bytes;
}

std::string data(std::uint32_t stream, std::string part, std::uint8_t flags) {
  return Frame{FrameType::kData, flags, stream, std::move(part)}.bytes();
}

std::string rst_stream(std::uint32_t stream, FrameError error) {
  return Frame{FrameType::kRstStream, 0, stream, bytes_of(static_cast<std::uint32_t>(error))}.bytes();
}

std::string settings(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& settings) {
  Frame frame{FrameType::kSettings};
  for (const auto& [name, value] : settings) frame.payload += bytes_of(name).substr(2) + bytes_of(value);
  return frame.bytes();
}

std::string goaway(std::uint32_t last_stream, FrameError error, std::string_view text) {
  Frame frame{FrameType::kGoaway};
  frame.payload = bytes_of(last_stream) + bytes_of(static_cast<std::uint32_t>(error));
  frame.payload += text;
  return frame.bytes();
}

std::string window_update(std::uint32_t stream, std::uint32_t increment) {
  return Frame{FrameType::kWindowUpdate, 0, stream, bytes_of(increment)}.bytes();
}

std::string answer(std::uint32_t stream, std::string body) {
  return headers(stream, status(200)) + data(stream, std::move(body), kEndStream);
}

}  // namespace easypost_connect::test_support
