// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http2_heads.hpp"

#include <algorithm>
#include <cstdlib>

namespace easypost_connect::sandbox {
namespace {

constexpr std::size_t kOverheadOfField = 32;

constexpr std::string_view kAboutTheConnection[] = {"connection", "keep-alive", "proxy-connection", "transfer-encoding",
                                                    "upgrade"};

bool is_about_the_connection(std::string_view name) {
  return std::find(std::begin(kAboutTheConnection), std::end(kAboutTheConnection), name) !=
         std::end(kAboutTheConnection);
}

void append_line(std::string& lines, std::string_view name, std::string_view value) {
  lines.append(name).append(": ").append(value).append("\r\n");
}

/// The next line, which is taken off the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 2, text.size()));
  return line;
}

std::string in_lower_case(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

}  // namespace

bool Http2RequestHead::add(std::string_view name, std::string_view value) {
  size_ += name.size() + value.size() + kOverheadOfField;
  if (size_ > kMaxHeaderListSize) return false;
  if (name == ":method") {
    method_ = value;
  } else if (name == ":path") {
    path_ = value;
  } else if (name == ":authority") {
    authority_ = value;
  } else if (name.substr(0, 1) != ":" && (name != "host" || value != authority_)) {
    has_length_ = has_length_ || name == "content-length";
    append_line(lines_, name, value);
  }
  return true;
}

std::string Http2RequestHead::in_http1(bool has_content) const {
  std::string head = method_;
  head.append(1, ' ').append(path_).append(" HTTP/1.1\r\n");
  if (!authority_.empty()) append_line(head, "Host", authority_);
  head.append(lines_);
  if (in_chunks(has_content)) append_line(head, "Transfer-Encoding", "chunked");
  return head.append("\r\n");
}

Http2AnswerHead answer_head(std::string_view http1) {
  Http2AnswerHead head;
  const std::string status_line(take_line(http1));
  const char* const status = status_line.c_str() + std::min(status_line.find(' '), status_line.size());
  head.status = static_cast<int>(std::strtol(status, nullptr, 10));
  head.fields.emplace_back(":status", std::to_string(head.status));
  while (!http1.empty()) {
    const std::string_view line = take_line(http1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string name = in_lower_case(line.substr(0, colon));
    if (is_about_the_connection(name)) continue;
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    head.fields.emplace_back(std::move(name), line.substr(value));
  }
  return head;
}

}  // namespace easypost_connect::sandbox
