// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_answer.hpp"

#include <algorithm>
#include <new>

#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr int kSwitchingProtocols = 101;
/// Chunks may have so many bytes of extensions beyond twice their content. Without a limit a server could go on with
/// extensions for ever.
constexpr std::size_t kLargestOverhead = std::size_t{16} * 1024;
constexpr const char* kBareLineFeed = "A line ends with a line feed alone";
constexpr int kStop = -1;  // tells llhttp, as a callback's result, to read no further

/// Tells whether the answer has no body, whatever its fields say (RFC 9112, section 6.3).
bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

/// A status line begins like this, up to its reason (RFC 9112, section 4); '0' is any digit.
constexpr std::string_view kStatusLine = "HTTP/1.0 000";
constexpr std::size_t kLineEnded = std::string_view::npos;

/// Tells whether the byte is a control character other than a tab.
bool is_control(char byte) noexcept {
  return (static_cast<unsigned char>(byte) < ' ' && byte != '\t') || byte == '\x7f';
}

/// Tells whether a status line may have the byte at that place. If the reason is empty, the blank before it may be
/// missing.
bool belongs_to_status_line(char byte, std::size_t at) noexcept {
  if (at < kStatusLine.size()) return kStatusLine[at] == '0' ? '0' <= byte && byte <= '9' : byte == kStatusLine[at];
  if (byte == '\r' || byte == '\n') return true;
  if (at == kStatusLine.size()) return byte == ' ';
  return !is_control(byte);
}

bool has_line_end(const char* begin, const char* end) noexcept { return std::find(begin, end, '\n') != end; }

}  // namespace

Http1Answer::Http1Answer() noexcept : settings_(make_settings()) {
  llhttp_init(&parser_, HTTP_RESPONSE, &settings_);
  parser_.data = this;
}

llhttp_settings_t Http1Answer::make_settings() noexcept {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_message_begin = [](llhttp_t* parser) noexcept { return of(parser).on_head(); };
  settings.on_status = [](llhttp_t* parser, const char* at, std::size_t size) noexcept {
    static_cast<void>(at);
    return of(parser).builder_->on_head_bytes(size) ? 0 : of(parser).stop();
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
  settings.on_chunk_complete = [](llhttp_t* parser) noexcept { return of(parser).on_chunk_end(); };
  settings.on_message_complete = [](llhttp_t* parser) noexcept { return of(parser).on_end(); };
  return settings;
}

void Http1Answer::begin(Method method, ResponseBuilder& builder) noexcept {
  llhttp_reset(&parser_);
  builder_ = &builder;
  state_ = State::kMore;
  complaint_ = "";
  status_ = 0;
  to_head_ = method == Method::kHead;
  begun_ = false;
  keeps_connection_ = false;
  status_line_ = 0;
  chunk_line_ = ChunkLine::kNone;
  chunk_overhead_ = 0;
  line_ended_ = false;
}

Http1Answer::State Http1Answer::take(std::string_view bytes) noexcept {
  begun_ = begun_ || !bytes.empty();
  while (state_ == State::kMore && !bytes.empty()) bytes.remove_prefix(read(bytes));
  // nobody asked for more, and nobody knows whose answer the rest would be
  if (!bytes.empty()) keeps_connection_ = false;
  return state_;
}

/// Returns how many of the bytes it has read: up to their end, the end of an answer, or the next line of a chunk.
std::size_t Http1Answer::read(std::string_view bytes) noexcept {
  if (chunk_line_ != ChunkLine::kNone) return read_chunk_line(bytes);
  const char* const begin = bytes.data();
  seen_ = framing_ = begin;
  if (!fits_status_line(bytes)) {
    static_cast<void>(refuse("Its status line is none of HTTP/1"));
    return 0;
  }
  const llhttp_errno_t code = llhttp_execute(&parser_, begin, bytes.size());
  const char* const end = code == HPE_OK ? begin + bytes.size() : llhttp_get_error_pos(&parser_);
  if (state_ == State::kMalformed || state_ == State::kUnwanted) return 0;
  if (code != HPE_OK && code != HPE_PAUSED) {
    static_cast<void>(refuse(llhttp_get_error_reason(&parser_)));
  } else if (has_bare_line_feed(end)) {
    static_cast<void>(refuse(kBareLineFeed));
  } else if (chunk_line_ != ChunkLine::kNone) {
    llhttp_resume(&parser_);
  } else if (code == HPE_PAUSED && state_ == State::kMore) {
    llhttp_reset(&parser_);  // an interim answer has ended; whatever it says of the connection, the next one comes
    status_line_ = 0;
    line_ended_ = false;
  } else {
    line_ended_ = line_ended_ || has_line_end(seen_, end);
  }
  return static_cast<std::size_t>(end - begin);
}

/// Gives llhttp the size of a chunk, and what ends the line. llhttp never sees the extensions between them, of which
/// llhttp 8 refuses most. They mean nothing here (RFC 9112, section 7.1.1), and neither do the blanks of some servers.
std::size_t Http1Answer::read_chunk_line(std::string_view bytes) noexcept {
  std::size_t size = bytes.size();
  if (chunk_line_ == ChunkLine::kSize) {
    size = std::min(size, bytes.find_first_not_of("0123456789abcdefABCDEF"));
    if (llhttp_execute(&parser_, bytes.data(), size) != HPE_OK)
      static_cast<void>(refuse(llhttp_get_error_reason(&parser_)));
    if (size != bytes.size()) chunk_line_ = ChunkLine::kBlanks;
  } else if (chunk_line_ == ChunkLine::kBlanks) {
    size = std::min(size, bytes.find_first_not_of(" \t"));
    if (size == bytes.size()) return size;
    chunk_line_ = bytes[size] == ';' ? ChunkLine::kExtension : ChunkLine::kNone;
    if (bytes[size] != ';' && bytes[size] != '\r')
      static_cast<void>(refuse("Neither an extension nor a line end follows the size of a chunk"));
  } else {
    size = static_cast<std::size_t>(std::find_if(bytes.begin(), bytes.end(), is_control) - bytes.begin());
    if (size != bytes.size()) chunk_line_ = ChunkLine::kNone;  // llhttp takes no control character there but CR
    chunk_overhead_ += size;
    if (chunk_overhead_ > kLargestOverhead) static_cast<void>(refuse("Its chunks have more extensions than content"));
  }
  return size;
}

/// Tells whether the bytes can belong to a status line. llhttp takes more for one: empty lines before it, a status of
/// five digits, control characters in the reason.
bool Http1Answer::fits_status_line(std::string_view bytes) noexcept {
  for (auto byte = bytes.begin(); byte != bytes.end() && status_line_ != kLineEnded; ++byte) {
    if (!belongs_to_status_line(*byte, status_line_)) return false;
    status_line_ = *byte == '\n' ? kLineEnded : status_line_ + 1;
  }
  return true;
}

/// Tells whether a line up to `end` ends with a line feed alone. llhttp 8 takes that for the end of a status line, and
/// of a head.
bool Http1Answer::has_bare_line_feed(const char* end) noexcept {
  while (framing_ != end) {
    const char* const line_end = std::find(framing_, end, '\n');
    if (line_end != framing_) before_ = line_end[-1];
    if (line_end == end) break;
    if (before_ != '\r') return true;
    framing_ = line_end + 1;
    before_ = '\n';
  }
  return false;
}

Http1Answer::State Http1Answer::take_end(bool orderly) noexcept {
  if (state_ == State::kMore && orderly) llhttp_finish(&parser_);  // an answer without a length of its own is whole now
  return state_;
}

int Http1Answer::on_head() noexcept {
  builder_->on_head();
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
  const bool taken = trailers_ || builder_->on_field(name_, trim(value_));
  name_.clear();
  value_.clear();
  return taken ? 0 : stop();
}

int Http1Answer::on_head_end() noexcept {
  status_ = parser_.status_code;
  if (status_ < 100) return refuse("Its status is no status of HTTP");
  if (status_ == kSwitchingProtocols) return refuse("It switches to a protocol that nobody asked for");
  if (status_ >= 200) builder_->on_head_end(status_);
  if (to_head_ || has_no_body(status_)) return 1;  // no body follows
  if (!coded_) return 0;
  chunk_line_ = ChunkLine::kSize;
  return HPE_PAUSED;
}

int Http1Answer::on_chunk_end() noexcept {
  if (trailers_) return 0;  // the last chunk has ended
  chunk_line_ = ChunkLine::kSize;
  return HPE_PAUSED;
}

int Http1Answer::on_body(std::string_view part) noexcept {
  if (has_bare_line_feed(part.data())) return refuse(kBareLineFeed);
  chunk_overhead_ -= std::min(chunk_overhead_, 2 * part.size());
  framing_ = part.data() + part.size();
  before_ = '\0';
  return builder_->on_body(part) ? 0 : stop();
}

int Http1Answer::on_end() noexcept {
  if (status_ < 200) return HPE_PAUSED;  // the answer itself is still to come
  state_ = State::kWhole;
  const bool doubtful = coded_ && parser_.http_minor == 0;  // HTTP/1.0 knows no chunks: RFC 9112, section 6.1
  keeps_connection_ = llhttp_should_keep_alive(&parser_) == 1 && !doubtful;
  return HPE_PAUSED;  // llhttp then does not read what comes behind it
}

int Http1Answer::collect(std::string& text, std::string_view part) noexcept try {
  if (!builder_->on_head_bytes(part.size())) return stop();
  text.append(part);
  return 0;
} catch (const std::bad_alloc&) {
  builder_->outcome() = out_of_memory();
  return stop();
}

int Http1Answer::refuse(const char* complaint) noexcept {
  state_ = State::kMalformed;
  keeps_connection_ = false;
  complaint_ = complaint;
  return kStop;
}

int Http1Answer::stop() noexcept {
  state_ = State::kUnwanted;
  return kStop;
}

}  // namespace easypost_connect::internal
