// SPDX-License-Identifier: Apache-2.0
#include "wire/request_body.hpp"

#include <algorithm>
#include <cstdio>
#include <new>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

bool has_body(const Request& request) noexcept {
  return !is_empty(request.body) || request.method == Method::kPut || !is_idempotent(request.method);
}

bool is_empty(const Body& body) noexcept { return origin_of(body) == nullptr && body.bytes().empty(); }

std::optional<Error> RequestBody::open(const Request& request, ProgressReport& progress) {
  request_ = &request;
  progress_ = &progress;
  failure_.reset();
  return begin();
}

void RequestBody::close() noexcept {
  input_.reset();
  request_ = nullptr;
}

std::optional<Error> RequestBody::begin() {
  begun_ = false;
  ended_ = false;
  given_ = 0;
  rest_ = request_->body.bytes();
  const BodyOrigin* origin = origin_of(request_->body);
  if (origin == nullptr) return std::nullopt;
  auto input = origin->open();
  if (!input) return std::move(input).error();
  input_ = *std::move(input);
  return std::nullopt;
}

curl_off_t RequestBody::size() const noexcept {
  if (!input_) return given_ + static_cast<curl_off_t>(rest_.size());
  const auto size = input_->size();
  return size ? static_cast<curl_off_t>(*size) : -1;
}

// No exception may pass through libcurl; the callers' own are caught where they are called.
std::size_t RequestBody::on_read(char* buffer, std::size_t size, std::size_t count, void* body) noexcept try {
  auto& self = *static_cast<RequestBody*>(body);
  auto read = self.read(buffer, size * count);
  if (read && *read > 0) {
    if (auto error = self.progress_->sent(*read)) read = *std::move(error);
  }
  if (read) {
    self.given_ += static_cast<curl_off_t>(*read);
    self.ended_ = *read == 0;
    return *read;
  }
  self.failure_ = std::move(read).error();
  return CURL_READFUNC_ABORT;
} catch (const std::bad_alloc&) {
  static_cast<RequestBody*>(body)->failure_ = out_of_memory();
  return CURL_READFUNC_ABORT;
}

Result<std::size_t> RequestBody::read(char* buffer, std::size_t capacity) {
  begun_ = true;
  if (input_) return input_->read(buffer, capacity);
  const std::size_t taken = std::min(capacity, rest_.size());
  std::copy_n(rest_.data(), taken, buffer);
  rest_.remove_prefix(taken);
  return taken;
}

int RequestBody::on_seek(void* body, curl_off_t offset, int origin) noexcept try {
  auto& self = *static_cast<RequestBody*>(body);
  const bool to_beginning = offset == 0 && origin == SEEK_SET;
  const bool may_be_read_again = is_idempotent(self.request_->method) && !spent(self.request_->body);
  if (!to_beginning || !may_be_read_again || (self.begun_ && self.whole())) return CURL_SEEKFUNC_FAIL;
  self.failure_ = self.begin();
  self.progress_->rewound();
  return self.failure_ ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
} catch (const std::bad_alloc&) {
  static_cast<RequestBody*>(body)->failure_ = out_of_memory();
  return CURL_SEEKFUNC_FAIL;
}

}  // namespace easypost_connect::internal
