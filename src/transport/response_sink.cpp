// SPDX-License-Identifier: Apache-2.0
#include "transport/response_sink.hpp"

#include <algorithm>
#include <charconv>
#include <new>
#include <utility>

#include "core/ascii.hpp"

namespace easypost_connect::internal {
namespace {

/// No body is given more than this in advance, whatever its Content-Length promises.
constexpr std::size_t kLargestReservation = std::size_t{1024} * 1024;

}  // namespace

void ResponseSink::reset(std::size_t max_body_bytes) {
  response_ = {};
  max_body_bytes_ = max_body_bytes;
  header_bytes_ = 0;
  too_large_ = false;
}

Response ResponseSink::take(int status) {
  response_.status = status;
  return std::move(response_);
}

// No exception may pass through libcurl: out of memory ends the transfer instead.
std::size_t ResponseSink::on_header(char* data, std::size_t size, std::size_t count, void* sink) noexcept try {
  auto& self = *static_cast<ResponseSink*>(sink);
  self.header_line({data, size * count});
  return self.too_large_ ? 0 : size * count;
} catch (const std::bad_alloc&) {
  return 0;
}

std::size_t ResponseSink::on_body(char* data, std::size_t size, std::size_t count, void* sink) noexcept try {
  auto& self = *static_cast<ResponseSink*>(sink);
  self.body_part({data, size * count});
  return self.too_large_ ? 0 : size * count;
} catch (const std::bad_alloc&) {
  return 0;
}

void ResponseSink::header_line(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kLargestHeaders) {
    too_large_ = true;
    return;
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.substr(0, 5) == "HTTP/")
    return response_.headers.clear();  // a status line: 100 Continue may have come before
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  response_.headers.add(name, value);
  if (!equals_ignoring_case(name, "content-length")) return;
  std::size_t announced = 0;
  std::from_chars(value.data(), value.data() + value.size(), announced);
  response_.body.reserve(std::min({announced, max_body_bytes_, kLargestReservation}));
}

void ResponseSink::body_part(std::string_view part) {
  too_large_ = part.size() > max_body_bytes_ - response_.body.size();
  if (!too_large_) response_.body.append(part);
}

}  // namespace easypost_connect::internal
