// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "body/body.hpp"
#include "core/make_error.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {

// --- RequestBody

Result<void> RequestBody::open(const Request& request, ProgressReport& progress) {
  progress_ = &progress;
  outcome_ = {};
  reader_.reset();
  ended_ = false;
  given_ = 0;
  rest_ = request.body.bytes();
  const BodySource* source = source_of(request.body);
  if (source == nullptr) return {};
  auto reader = source->open();
  if (!reader) return std::move(reader).error();
  reader_ = *std::move(reader);
  return {};
}

void RequestBody::close() noexcept { reader_.reset(); }

std::optional<std::uint64_t> RequestBody::size() const noexcept {
  return reader_ ? reader_->size() : given_ + rest_.size();
}

// No exception may pass through the C code of a codec. Exceptions of the caller's functions are caught where they are
// called.
std::optional<std::size_t> RequestBody::read(char* buffer, std::size_t capacity) noexcept try {
  auto read = read_next(buffer, capacity);
  if (read && *read > 0) {
    if (auto told = progress_->sent(*read); !told) read = std::move(told).error();
  }
  if (read) {
    given_ += *read;
    ended_ = *read == 0;
    return *read;
  }
  outcome_ = std::move(read).error();
  return std::nullopt;
} catch (const std::bad_alloc&) {
  outcome_ = out_of_memory();
  return std::nullopt;
}

Result<std::size_t> RequestBody::read_next(char* buffer, std::size_t capacity) {
  if (reader_) return reader_->read(buffer, capacity);
  const std::size_t taken = std::min(capacity, rest_.size());
  std::copy_n(rest_.data(), taken, buffer);
  rest_.remove_prefix(taken);
  return taken;
}

// --- Transfer

Result<void> Transfer::open(const Request& request, const CallContext& context) {
  progress_.begin(request.options.progress, size_of(request.body));
  builder_.reset(request.method, context.max_response_bytes, drain_of(request.options.sink), progress_);
  if (auto opened = body_.open(request, progress_); !opened) return opened;
  end_.begin(request, context, body_.whole());
  return {};
}

void Transfer::close() noexcept {
  body_.close();
  builder_.close();
}

Result<Response> Transfer::judge(const Seen& seen, Connector& connector) {
  const int status = static_cast<int>(seen.sent.status);
  const bool refused_early = connection_ended(seen.code) && status >= 400;
  if (seen.code == CURLE_OK || builder_.cut() || refused_early) {
    connector.answered(status);
    return builder_.take(status);
  }
  if (seen.cancelled) return cancelled_error();
  if (!body_.outcome()) return std::move(body_.outcome()).error();
  if (!builder_.outcome()) return std::move(builder_.outcome()).error();
  if (builder_.too_large()) return builder_.too_large_error();
  return connector.failure(seen.code, seen.sent, seen.words);
}

}  // namespace easypost_connect::internal
