// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace easypost_connect::sandbox {

/// RFC 9113, section 6.5.2: the largest head that is taken; for each field its name, its value and 32 bytes.
constexpr std::size_t kMaxHeaderListSize = std::size_t{64} * 1024;

/// The head of a request as it comes over HTTP/2, to be read by a server of HTTP/1.1.
class Http2RequestHead {
 public:
  /// The next field, pseudo-header fields among them. False: the head is larger than any that is taken.
  [[nodiscard]] bool add(std::string_view name, std::string_view value);

  /// Tells whether the content goes in chunks: there is some, and its length is not said.
  [[nodiscard]] bool in_chunks(bool has_content) const noexcept { return has_content && !has_length_; }

  /// The same in HTTP/1.1, with the empty line behind it (RFC 9113, section 8.3.1; RFC 9112, section 2.1).
  [[nodiscard]] std::string in_http1(bool has_content) const;

 private:
  std::string method_;
  std::string path_;
  std::string authority_;
  std::string lines_;
  std::size_t size_ = 0;
  bool has_length_ = false;
};

/// The head of an answer as HTTP/2 has it.
struct Http2AnswerHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields{};  ///< ":status" first; names in lower case
};

/// Translates the head of an answer of HTTP/1.1, with or without the empty line behind it. What is about the connection
/// goes (RFC 9113, section 8.2.2).
Http2AnswerHead answer_head(std::string_view http1);

}  // namespace easypost_connect::sandbox
