// SPDX-License-Identifier: Apache-2.0
#include "wire/response_builder.hpp"

#include <algorithm>
#include <charconv>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

/// So much memory is reserved for a body at most, whatever its Content-Length promises.
constexpr std::size_t kLargestReservation = std::size_t{1024} * 1024;

}  // namespace

void ResponseBuilder::reset(Method method, std::size_t max_body_bytes, const BodyDrain* drain,
                            ProgressReport& progress) {
  wipe(response_.body);  // nobody may have taken the last answer
  response_ = {};
  method_ = method;
  status_ = 0;
  max_body_bytes_ = max_body_bytes;
  header_bytes_ = 0;
  announced_ = 0;
  body_bytes_ = 0;
  too_large_ = false;
  cut_ = false;
  drain_ = drain;
  progress_ = &progress;
  outcome_ = {};
}

void ResponseBuilder::close() noexcept {
  writer_.reset();
  drain_ = nullptr;
}

Result<Response> ResponseBuilder::take(int status) {
  response_.status = status;
  if (!goes_to_drain()) return std::move(response_);
  if (auto opened = open_writer(); !opened) return std::move(opened).error();
  if (auto finished = writer_->finish(); !finished) return std::move(finished).error();
  response_.streamed_bytes = body_bytes_;
  return std::move(response_);
}

Error ResponseBuilder::too_large_error() const {
  if (headers_too_large()) {
    return make_error(ErrorCode::kResponseTooLarge, Factor::kService, "The answer has more than 256 KiB of headers.",
                      "Check that the URL leads to the API.");
  }
  return make_error(ErrorCode::kResponseTooLarge, Factor::kService,
                    "The answer is larger than " + std::to_string(max_body_bytes_) + " bytes.",
                    "Ask for less at a time, raise max_response_bytes, or give the call a sink.");
}

void ResponseBuilder::on_head() noexcept {
  response_.headers.clear();
  response_.body.clear();
  announced_ = 0;
  body_bytes_ = 0;
}

bool ResponseBuilder::on_head_bytes(std::size_t count) noexcept {
  header_bytes_ += count;
  too_large_ = too_large_ || headers_too_large();
  return !too_large_;
}

// No exception may pass through the C code of a codec. The transfer ends instead if memory is short.
bool ResponseBuilder::on_field(std::string_view name, std::string_view value) noexcept try {
  response_.headers.add(name, value);
  if (!equals_ignoring_case(name, "content-length")) return true;
  if (std::from_chars(value.data(), value.data() + value.size(), announced_).ec == std::errc{})
    progress_->announced(announced_);
  return true;
} catch (const std::bad_alloc&) {
  outcome_ = out_of_memory();
  return false;
}

bool ResponseBuilder::on_body(std::string_view part) noexcept try {
  body_part(part);
  return !too_large_ && !cut_ && outcome_;
} catch (const std::bad_alloc&) {
  outcome_ = out_of_memory();
  return false;
}

/// Reserves what is likely to come and no more, once: before the first bytes of the body.
void ResponseBuilder::reserve_body() {
  const std::size_t limit = is_refusal() ? largest_refusal() : max_body_bytes_;
  response_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>({announced_, limit, kLargestReservation})));
}

void ResponseBuilder::body_part(std::string_view part) {
  if (!goes_to_drain() && response_.body.empty()) reserve_body();
  if (is_refusal()) {
    keep_refusal(part);
  } else {
    too_large_ = part.size() > max_body_bytes_ - body_bytes_;
    if (too_large_) return;
    body_bytes_ += part.size();
    if (goes_to_drain()) {
      outcome_ = give(part);
    } else {
      append_and_wipe(response_.body, part);  // the part may hold a token
    }
  }
  if (outcome_) outcome_ = progress_->received(part.size());
}

std::size_t ResponseBuilder::largest_refusal() const noexcept { return std::min(kLargestRefusal, max_body_bytes_); }

void ResponseBuilder::keep_refusal(std::string_view part) {
  const std::size_t room = largest_refusal() - response_.body.size();
  response_.body.append(part.substr(0, room));
  cut_ = part.size() > room;
}

/// Opens the sink only when there is something to write, because most answers that go wrong have no body.
Result<void> ResponseBuilder::open_writer() {
  if (writer_) return {};
  auto writer = drain_->open();
  if (!writer) return std::move(writer).error();
  writer_ = *std::move(writer);
  return {};
}

Result<void> ResponseBuilder::give(std::string_view part) {
  if (auto opened = open_writer(); !opened) return opened;
  return writer_->write(part);
}

}  // namespace easypost_connect::internal
