// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_answer.hpp"

#include <algorithm>
#include <new>

#include "core/ascii.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr int kSwitchingProtocols = 101;
constexpr int kStop = -1;  // of a callback: llhttp reads no further

/// Interim answers, and those two, have no body, whatever their fields say (RFC 9112, section 6.3).
bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

bool has_line_end(const char* begin, const char* end) noexcept { return std::find(begin, end, '\n') != end; }

}  // namespace

Http1Answer::Http1Answer() noexcept : settings_(make_settings()) {
  llhttp_init(&parser_, HTTP_RESPONSE, &settings_);
  llhttp_set_lenient_keep_alive(&parser_, 1);  // the answer comes, whatever an interim one says of the connection
  parser_.data = this;
}

llhttp_settings_t Http1Answer::make_settings() noexcept {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_message_begin = [](llhttp_t* parser) noexcept { return of(parser).on_head(); };
  settings.on_status = [](llhttp_t* parser, const char* at, std::size_t size) noexcept {
    static_cast<void>(at);
    return of(parser).sink_->on_head_bytes(size) ? 0 : of(parser).stop();
  };
  settings.on_header_field = [](llhttp_t* parser, const char* at, std::size_t size) noexcept {
    return of(parser).on_name({at, size});
  };
  settings.on_header_value = [](llhttp_t* parser, const char* at, std::size_t size) noexcept {
    return of(parser).on_value({at, size});
  };
  settings.on_header_value_complete = [](llhttp_t* parser) noexcept { return of(parser).on_field(); };
  settings.on_headers_complete = [](llhttp_t* parser) noexcept { return of(parser).on_head_end(); };
  settings.on_chunk_header = [](llhttp_t* parser) noexcept {
    of(parser).trailers_ = parser->content_length == 0;
    return 0;
  };
  settings.on_body = [](llhttp_t* parser, const char* at, std::size_t size) noexcept {
    return of(parser).on_body({at, size});
  };
  settings.on_message_complete = [](llhttp_t* parser) noexcept { return of(parser).on_end(); };
  return settings;
}

void Http1Answer::begin(Method method, ResponseSink& sink) noexcept {
  llhttp_reset(&parser_);
  sink_ = &sink;
  state_ = State::kMore;
  complaint_ = "";
  status_ = 0;
  to_head_ = method == Method::kHead;
  begun_ = false;
  keeps_connection_ = false;
  line_ended_ = false;
}

Http1Answer::State Http1Answer::take(std::string_view bytes) noexcept {
  if (state_ != State::kMore || bytes.empty()) return state_;
  begun_ = true;
  const char* const end = bytes.data() + bytes.size();
  seen_ = bytes.data();
  const llhttp_errno_t code = llhttp_execute(&parser_, bytes.data(), bytes.size());
  if (state_ == State::kWhole && llhttp_get_error_pos(&parser_) != end) {
    keeps_connection_ = false;  // more than was asked for: whose answer would the rest be?
  } else if (state_ == State::kMore && code != HPE_OK) {
    static_cast<void>(refuse(llhttp_get_error_reason(&parser_)));
  } else if (state_ == State::kMore) {
    line_ended_ = line_ended_ || has_line_end(seen_, end);
  }
  return state_;
}

Http1Answer::State Http1Answer::take_end(bool orderly) noexcept {
  if (state_ == State::kMore && orderly) llhttp_finish(&parser_);  // it is whole if it has no length of its own
  return state_;
}

int Http1Answer::on_head() noexcept {
  sink_->on_head();
  name_.clear();
  value_.clear();
  coded_ = false;
  trailers_ = false;
  return 0;
}

int Http1Answer::on_name(std::string_view part) noexcept {
  seen_ = part.data() + part.size();
  line_ended_ = false;
  return collect(name_, part);
}

int Http1Answer::on_value(std::string_view part) noexcept {
  if (part.empty()) return 0;  // llhttp 8 tells of an empty value when its line has ended
  if (line_ended_ || has_line_end(seen_, part.data())) return refuse("A header field is folded over lines");
  seen_ = part.data() + part.size();
  return collect(value_, part);
}

int Http1Answer::on_field() noexcept {
  if (name_.empty()) return refuse("A header field has no name");
  if (equals_ignoring_case(name_, "transfer-encoding")) {
    if (coded_ || !equals_ignoring_case(trim(value_), "chunked"))
      return refuse("It has another transfer coding than chunked");
    coded_ = true;
  }
  const bool taken = trailers_ || sink_->on_field(name_, trim(value_));
  name_.clear();
  value_.clear();
  return taken ? 0 : stop();
}

int Http1Answer::on_head_end() noexcept {
  if (parser_.http_major != 1) return refuse("It is of another version than HTTP/1");
  status_ = parser_.status_code;
  if (status_ < 100) return refuse("Its status is no status of HTTP");
  if (status_ == kSwitchingProtocols) return refuse("It switches to a protocol that nobody asked for");
  if (status_ >= 200) sink_->on_head_end(status_);
  return to_head_ || has_no_body(status_) ? 1 : 0;  // 1: no body follows
}

int Http1Answer::on_body(std::string_view part) noexcept { return sink_->on_body(part) ? 0 : stop(); }

int Http1Answer::on_end() noexcept {
  if (status_ < 200) return 0;  // the answer itself is still to come
  state_ = State::kWhole;
  const bool doubtful = coded_ && parser_.http_minor == 0;  // HTTP/1.0 knows no chunks: RFC 9112, section 6.1
  keeps_connection_ = llhttp_should_keep_alive(&parser_) == 1 && !doubtful;
  return HPE_PAUSED;  // so that what comes behind it is not read
}

int Http1Answer::collect(std::string& text, std::string_view part) noexcept try {
  if (!sink_->on_head_bytes(part.size())) return stop();
  text.append(part);
  return 0;
} catch (const std::bad_alloc&) {
  sink_->failure() = out_of_memory();
  return stop();
}

int Http1Answer::refuse(const char* complaint) noexcept {
  state_ = State::kMalformed;
  complaint_ = complaint;
  return kStop;
}

int Http1Answer::stop() noexcept {
  state_ = State::kUnwanted;
  return kStop;
}

}  // namespace easypost_connect::internal
