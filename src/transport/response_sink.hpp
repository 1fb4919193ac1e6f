// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include <easypost_connect/response.hpp>

namespace easypost_connect::internal {

/// Collects one answer from libcurl's callbacks. Stops at a size limit instead of filling the memory.
class ResponseSink {
 public:
  /// Servers send a few hundred bytes of headers; libcurl itself stops at 300 kB from 8.2 on, older ones never.
  static constexpr std::size_t kLargestHeaders = std::size_t{256} * 1024;

  void reset(std::size_t max_body_bytes);

  /// libcurl's CURLOPT_HEADERFUNCTION and CURLOPT_WRITEFUNCTION; `sink` is a ResponseSink. Less than `size * count`
  /// ends the transfer with CURLE_WRITE_ERROR.
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* sink) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* sink) noexcept;

  [[nodiscard]] bool too_large() const noexcept { return too_large_; }
  [[nodiscard]] bool headers_too_large() const noexcept { return header_bytes_ > kLargestHeaders; }
  [[nodiscard]] Response take(int status);

 private:
  void header_line(std::string_view line);
  void body_part(std::string_view part);

  Response response_;
  std::size_t max_body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;
};

}  // namespace easypost_connect::internal
