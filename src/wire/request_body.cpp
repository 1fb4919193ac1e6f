// SPDX-License-Identifier: Apache-2.0
#include "wire/request_body.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

bool has_body(const Request& request) noexcept {
  return !is_empty(request.body) || request.method == Method::kPut || !is_idempotent(request.method);
}

bool is_empty(const Body& body) noexcept { return origin_of(body) == nullptr && body.bytes().empty(); }

std::optional<Error> RequestBody::open(const Request& request, ProgressReport& progress) {
  progress_ = &progress;
  failure_.reset();
  input_.reset();
  ended_ = false;
  given_ = 0;
  rest_ = request.body.bytes();
  const BodyOrigin* origin = origin_of(request.body);
  if (origin == nullptr) return std::nullopt;
  auto input = origin->open();
  if (!input) return std::move(input).error();
  input_ = *std::move(input);
  return std::nullopt;
}

void RequestBody::close() noexcept { input_.reset(); }

std::optional<std::uint64_t> RequestBody::size() const noexcept {
  return input_ ? input_->size() : given_ + rest_.size();
}

// No exception may pass through the C code of a codec; the callers' own are caught where they are called.
std::optional<std::size_t> RequestBody::read(char* buffer, std::size_t capacity) noexcept try {
  auto read = read_next(buffer, capacity);
  if (read && *read > 0) {
    if (auto error = progress_->sent(*read)) read = *std::move(error);
  }
  if (read) {
    given_ += *read;
    ended_ = *read == 0;
    return *read;
  }
  failure_ = std::move(read).error();
  return std::nullopt;
} catch (const std::bad_alloc&) {
  failure_ = out_of_memory();
  return std::nullopt;
}

Result<std::size_t> RequestBody::read_next(char* buffer, std::size_t capacity) {
  if (input_) return input_->read(buffer, capacity);
  const std::size_t taken = std::min(capacity, rest_.size());
  std::copy_n(rest_.data(), taken, buffer);
  rest_.remove_prefix(taken);
  return taken;
}

}  // namespace easypost_connect::internal
