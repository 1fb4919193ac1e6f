// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <string_view>

#include <easypost_connect/request.hpp>

namespace easypost_connect::internal {

/// POST, PUT and PATCH announce a body even when it is empty (RFC 9110, section 8.6).
[[nodiscard]] bool has_body(const Request& request) noexcept;

/// The body of a request that must not be sent twice, handed to libcurl piece by piece.
///
/// When a kept-alive connection dies before an answer has begun, libcurl sends the request again by itself, whatever
/// its method. For a POST that can mean a letter sent twice (RFC 9110, section 9.2.2). It has to rewind the body first,
/// and this one refuses: the transfer then ends with CURLE_SEND_FAIL_REWIND.
class RequestBody {
 public:
  void reset(std::string_view content) noexcept { rest_ = content; }

  /// CURLOPT_READFUNCTION and CURLOPT_SEEKFUNCTION; `body` is a RequestBody.
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* body) noexcept;
  static int on_seek(void* body, curl_off_t offset, int origin) noexcept;

 private:
  std::string_view rest_;
};

}  // namespace easypost_connect::internal
