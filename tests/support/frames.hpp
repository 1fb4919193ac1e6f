// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace easypost_connect::test_support {

/// Types of frames (RFC 9113, section 6).
enum class FrameType : std::uint8_t {
  kData,
  kHeaders,
  kPriority,
  kRstStream,
  kSettings,
  kPushPromise,
  kPing,
  kGoaway,
  kWindowUpdate,
  kContinuation
};

/// Error codes (RFC 9113, section 7).
enum class FrameError : std::uint32_t {
  kNoError,
  kProtocolError,
  kInternalError,
  kFlowControlError,
  kSettingsTimeout,
  kStreamClosed,
  kFrameSizeError,
  kRefusedStream,
  kCancel,
  kCompressionError,
  kConnectError,
  kEnhanceYourCalm,
  kInadequateSecurity,
  kHttp11Required
};

// The type of a frame says what these flags mean.
inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;
inline constexpr std::uint8_t kPadded = 0x8;

/// Settings (RFC 9113, section 6.5.2).
inline constexpr std::uint16_t kHeaderTableSize = 1;
inline constexpr std::uint16_t kEnablePush = 2;
inline constexpr std::uint16_t kMaxConcurrentStreams = 3;
inline constexpr std::uint16_t kInitialWindowSize = 4;
inline constexpr std::uint16_t kMaxFrameSize = 5;

/// A client sends this before its first frame.
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The head of every frame has so many bytes.
inline constexpr std::size_t kFrameHead = 9;

/// One frame of HTTP/2, whatever the rules say of it.
struct Frame {
  FrameType type = FrameType::kData;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload{};

  /// Returns the frame as it goes over the wire.
  [[nodiscard]] std::string bytes() const;
};

/// Returns the number in the first four bytes.
[[nodiscard]] std::uint32_t number_in(std::string_view bytes);
[[nodiscard]] std::string bytes_of(std::uint32_t number);

// The next functions return parts of a header block (RFC 7541). Nothing in them is indexed or coded, unless a function
// says so.
[[nodiscard]] std::string status(int code);
/// Name and value may have 126 bytes at most.
[[nodiscard]] std::string field(std::string_view name, std::string_view value);

// The next functions return frames as they go over the wire.
[[nodiscard]] std::string headers(std::uint32_t stream, std::string block, std::uint8_t more_flags = 0);
/// Returns one block in as many frames as it takes, with END_STREAM in the first.
[[nodiscard]] std::string long_headers(std::uint32_t stream, std::string_view block);
[[nodiscard]] std::string data(std::uint32_t stream, std::string part, std::uint8_t flags = 0);
[[nodiscard]] std::string rst_stream(std::uint32_t stream, FrameError error);
[[nodiscard]] std::string settings(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& settings);
[[nodiscard]] std::string goaway(std::uint32_t last_stream, FrameError error, std::string_view text = {});
[[nodiscard]] std::string window_update(std::uint32_t stream, std::uint32_t increment);
/// Returns a whole answer of 200.
[[nodiscard]] std::string answer(std::uint32_t stream, std::string body = "ok");

}  // namespace easypost_connect::test_support
