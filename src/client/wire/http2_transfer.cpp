// SPDX-License-Identifier: Apache-2.0
#include "wire/http2_transfer.hpp"

#include <nghttp2/nghttp2.h>

#include <charconv>
#include <new>
#include <utility>

#include <easypost_connect/version.hpp>

#include "core/make_error.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "wire/http1_request.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kUserAgent = "easypost-connect-cpp/" EASYPOST_CONNECT_VERSION;

/// Tells whether a field is about HTTP/1.1's connections; HTTP/2 has no room for such fields (RFC 9113, section 8.2.2).
bool is_about_connection(std::string_view name) noexcept {
  for (const std::string_view each : {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"})
    if (name == each) return true;
  return false;
}

}  // namespace

Result<void> Http2Transfer::begin(const Request& request, const CallContext& context) {
  request_ = &request;
  context_ = &context;
  head_status_ = status_ = 0;
  close_reason_ = CloseReason::kLost;
  error_code_ = 0;
  stream_ = 0;
  written_ = answered_ = unwanted_ = reset_ = false;
  if (auto opened = open(request, context); !opened) {
    opened.error().never_sent = opened.error().never_whole = true;
    return opened;
  }
  write_fields(request, context);
  return {};
}

void Http2Transfer::write_fields(const Request& request, const CallContext& context) {
  fields_.clear();
  lower_.clear();
  std::size_t names = 0;
  for (const HeaderField field : request.options.headers) names += field.name.size();
  for (const HeaderField field : context.headers) names += field.name.size();
  lower_.reserve(names + 32);  // views into it must stay
  const auto add = [this](std::string_view name, std::string_view value) {
    const std::size_t at = lower_.size();
    for (const char c : name) lower_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::string_view lower = std::string_view(lower_).substr(at);
    if (!is_about_connection(lower)) fields_.push_back({lower, trim(value), false});
  };
  const Url url(context.url);
  path_.assign(url.target.substr(0, 1) == "/" ? "" : "/").append(url.target);
  fields_.push_back({":method", to_string(request.method)});
  fields_.push_back({":scheme", "https"});
  fields_.push_back({":authority", url.authority});
  fields_.push_back({":path", path_});
  if (!is_given(request, context, "user-agent")) fields_.push_back({"user-agent", kUserAgent});
  if (!is_given(request, context, "accept")) fields_.push_back({"accept", "*/*"});
  for_each_plain_field(request, context, add);
  if (internal::has_body(request) && body_.size())
    fields_.push_back({"content-length", length_ = std::to_string(*body_.size())});
  for (const SecretHeader& field : context.credentials)
    fields_.push_back({field.name, trim(field.value.expose()), true});
}

std::optional<std::size_t> Http2Transfer::read_body(char* buffer, std::size_t capacity) noexcept {
  const auto size = body_.read(buffer, capacity);
  end_.moved(body_.whole(), std::chrono::steady_clock::now());
  return size;
}

bool Http2Transfer::on_field(std::string_view name, std::string_view value) noexcept {
  if (!builder_.on_head_bytes(name.size() + value.size())) return false;
  if (name == ":status") {
    std::from_chars(value.data(), value.data() + value.size(), head_status_);
    builder_.on_head();
    if (head_status_ >= 200) status_ = head_status_;
    return true;
  }
  return head_status_ < 200 || builder_.on_field(name, value);  // fields of an interim answer and trailers are dropped
}

void Http2Transfer::on_head_end() noexcept {
  if (head_status_ < 200) return;
  builder_.on_head_end(status_);
  end_.moved(body_.whole(), std::chrono::steady_clock::now());
}

bool Http2Transfer::on_body(std::string_view part) noexcept {
  const bool wanted = builder_.on_body(part);
  end_.moved(body_.whole(), std::chrono::steady_clock::now());
  return wanted;
}

void Http2Transfer::on_end(CloseReason reason, std::uint32_t error_code) noexcept {
  close_reason_ = reason;
  error_code_ = error_code;
}

// --- the outcome

Result<Response> Http2Transfer::finish(End end, Connector& connector) noexcept {
  const bool has_left = end.has_left;
  const bool has_answered = end.has_answered;
  Result<Response> outcome = out_of_memory();
  try {
    outcome = this->outcome(std::move(end), connector);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): that is the outcome
  }
  if (outcome) {
    outcome->request_cut_short = !body_.whole();
    outcome->connection_reused = reused_;
  } else {
    Error& error = outcome.error();
    error.never_sent = !has_left || close_reason_ == CloseReason::kUnprocessed;
    error.never_whole = error.never_sent || !body_.whole();
    // A server that refuses a single stream has too much to do; its connection had not ended.
    const bool left_behind = close_reason_ == CloseReason::kUnprocessed && !reset_ && has_answered;
    error.seen.kept_connection = reused_ && status_ == 0 && (close_reason_ == CloseReason::kLost || left_behind);
  }
  close();
  fields_.clear();  // the fields point to credentials that are not this object's
  return outcome;
}

Result<Response> Http2Transfer::outcome(End end, Connector& connector) {
  const bool whole = end.has_left && body_.whole();
  Seen seen{end.code,
            std::move(end.words),
            {true, end.has_left ? 1L : 0L, status_, whole},
            context_->cancellation.cancelled()};
  switch (close_reason_) {
    case CloseReason::kAnswered: seen.code = CURLE_OK; break;
    case CloseReason::kUnwanted: seen.code = CURLE_WRITE_ERROR; break;
    case CloseReason::kMalformed:
      seen.code = CURLE_WEIRD_SERVER_REPLY;
      seen.words.insert(
          0, seen.words.empty() ? "The answer breaks the rules of HTTP/2" : "The answer breaks the rules of HTTP/2: ");
      break;
    case CloseReason::kReset:
      seen.code = CURLE_HTTP2_STREAM;
      seen.words = std::string("The server ended the stream: ") + nghttp2_http2_strerror(error_code_);
      break;
    case CloseReason::kUnprocessed: return unprocessed();
    case CloseReason::kLost: break;
  }
  return judge(seen, connector);
}

bool Http2Transfer::demands_http1() const noexcept {
  return close_reason_ == CloseReason::kUnprocessed && error_code_ == NGHTTP2_HTTP_1_1_REQUIRED;
}

void Http2Transfer::leave_to_http1() noexcept {
  close();
  fields_.clear();
}

Error Http2Transfer::unprocessed() const {
  Error error =
      make_error(ErrorCode::kConnection, Factor::kNetwork,
                 std::string("The server did not look at the request (") +
                     (error_code_ != 0 ? nghttp2_http2_strerror(error_code_) : "its connection was ending") + ").",
                 "Try again; if it lasts, the server is overloaded, or ends its connections too early.");
  error.retryable = true;
  return error;
}

}  // namespace easypost_connect::internal
