// SPDX-License-Identifier: Apache-2.0
#include "wire/response_sink.hpp"

#include <algorithm>
#include <charconv>
#include <new>
#include <utility>

#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

/// No body is given more than this in advance, whatever its Content-Length promises.
constexpr std::size_t kLargestReservation = std::size_t{1024} * 1024;

}  // namespace

void ResponseSink::reset(Method method, std::size_t max_body_bytes, const BodyTarget* target,
                         ProgressReport& progress) {
  wipe(response_.body);  // of an answer that nobody took
  response_ = {};
  method_ = method;
  status_ = 0;
  max_body_bytes_ = max_body_bytes;
  header_bytes_ = 0;
  announced_ = 0;
  body_bytes_ = 0;
  too_large_ = false;
  cut_ = false;
  target_ = target;
  progress_ = &progress;
  failure_.reset();
}

void ResponseSink::close() noexcept {
  output_.reset();
  target_ = nullptr;
}

Result<Response> ResponseSink::take(int status) {
  response_.status = status;
  if (!goes_to_target()) return std::move(response_);
  if (auto error = open_output()) return *std::move(error);
  if (auto error = output_->finish()) return *std::move(error);
  response_.streamed_bytes = body_bytes_;
  return std::move(response_);
}

Error ResponseSink::too_large_error() const {
  if (headers_too_large()) {
    return make_error(ErrorCode::kResponseTooLarge, Factor::kService, "The answer has more than 256 KiB of headers.",
                      "Check that the URL leads to the API.");
  }
  return make_error(ErrorCode::kResponseTooLarge, Factor::kService,
                    "The answer is larger than " + std::to_string(max_body_bytes_) + " bytes.",
                    "Ask for less at a time, raise max_response_bytes, or give the call a sink.");
}

void ResponseSink::on_head() noexcept {
  response_.headers.clear();
  response_.body.clear();
  announced_ = 0;
  body_bytes_ = 0;
}

bool ResponseSink::on_head_bytes(std::size_t count) noexcept {
  header_bytes_ += count;
  too_large_ = too_large_ || headers_too_large();
  return !too_large_;
}

// No exception may pass through the C code of a codec: out of memory ends the transfer instead.
bool ResponseSink::on_field(std::string_view name, std::string_view value) noexcept try {
  response_.headers.add(name, value);
  if (!equals_ignoring_case(name, "content-length")) return true;
  if (std::from_chars(value.data(), value.data() + value.size(), announced_).ec == std::errc{})
    progress_->announced(announced_);
  return true;
} catch (const std::bad_alloc&) {
  failure_ = out_of_memory();
  return false;
}

bool ResponseSink::on_body(std::string_view part) noexcept try {
  body_part(part);
  return !too_large_ && !cut_ && !failure_;
} catch (const std::bad_alloc&) {
  failure_ = out_of_memory();
  return false;
}

/// Not more than is likely to come, and once: before the first of the body.
void ResponseSink::reserve_body() {
  const std::size_t limit = is_refusal() ? largest_refusal() : max_body_bytes_;
  response_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>({announced_, limit, kLargestReservation})));
}

void ResponseSink::body_part(std::string_view part) {
  if (!goes_to_target() && response_.body.empty()) reserve_body();
  if (is_refusal()) {
    keep_refusal(part);
  } else {
    too_large_ = part.size() > max_body_bytes_ - body_bytes_;
    if (too_large_) return;
    body_bytes_ += part.size();
    if (goes_to_target()) {
      failure_ = give(part);
    } else {
      append_and_wipe(response_.body, part);  // a token may be in it
    }
  }
  if (!failure_) failure_ = progress_->received(part.size());
}

std::size_t ResponseSink::largest_refusal() const noexcept { return std::min(kLargestRefusal, max_body_bytes_); }

void ResponseSink::keep_refusal(std::string_view part) {
  const std::size_t room = largest_refusal() - response_.body.size();
  response_.body.append(part.substr(0, room));
  cut_ = part.size() > room;
}

/// Not before there is something to write: most answers that go wrong have no body.
std::optional<Error> ResponseSink::open_output() {
  if (output_) return std::nullopt;
  auto output = target_->open();
  if (!output) return std::move(output).error();
  output_ = *std::move(output);
  return std::nullopt;
}

std::optional<Error> ResponseSink::give(std::string_view part) {
  if (auto error = open_output()) return error;
  return output_->write(part);
}

}  // namespace easypost_connect::internal
