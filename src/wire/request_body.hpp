// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

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

/// The body of a request, handed to libcurl piece by piece, straight into its buffer.
///
/// When a kept-alive connection dies before an answer has begun, libcurl sends the request again by itself, whatever
/// its method. For a POST that can mean a letter sent twice (RFC 9110, section 9.2.2). It has to rewind the body first,
/// and this one refuses to for what must not be sent twice, for what was read whole, so that the other side may have
/// it, and for what cannot be read twice: the transfer then ends with CURLE_SEND_FAIL_REWIND.
class RequestBody {
 public:
  /// Opens the body for one attempt; both must outlive that. An Error: it cannot be sent.
  [[nodiscard]] std::optional<Error> open(const Request& request, ProgressReport& progress);
  void close() noexcept;

  /// For CURLOPT_POSTFIELDSIZE_LARGE: -1 when it is not known.
  [[nodiscard]] curl_off_t size() const noexcept;
  /// Read to its end: as far as anybody can tell here, it was sent.
  [[nodiscard]] bool whole() const noexcept { return ended_ || given_ == size(); }
  /// Whether libcurl may send it again on its own account. It forgets to rewind a body of which it has read something
  /// and sent nothing; and an empty one needs no rewinding, so that on_seek() could not refuse.
  [[nodiscard]] bool may_go_again() const noexcept { return !begun_ && !(has_body(*request_) && size() == 0); }
  /// Why reading ended the transfer.
  [[nodiscard]] std::optional<Error>& failure() noexcept { return failure_; }

  /// CURLOPT_READFUNCTION and CURLOPT_SEEKFUNCTION; `body` is a RequestBody.
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* body) noexcept;
  static int on_seek(void* body, curl_off_t offset, int origin) noexcept;

 private:
  [[nodiscard]] std::optional<Error> begin();
  [[nodiscard]] Result<std::size_t> read(char* buffer, std::size_t capacity);

  const Request* request_ = nullptr;
  ProgressReport* progress_ = nullptr;
  std::string_view rest_;             // of a body in memory
  std::unique_ptr<BodyInput> input_;  // of any other
  curl_off_t given_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace easypost_connect::internal
