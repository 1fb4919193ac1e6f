// SPDX-License-Identifier: Apache-2.0
// The functions that nghttp2 calls while it reads and writes are in this file.
#include <new>

#include "core/text.hpp"
#include "wire/http2_session.hpp"

namespace easypost_connect::internal {
namespace {

std::string_view text(const std::uint8_t* bytes, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

void Http2Session::set_callbacks(nghttp2_session_callbacks* callbacks) noexcept {
  nghttp2_session_callbacks_set_on_begin_frame_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame_hd*, void* self) noexcept { return of(self).on_frame_begins(); });
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* self) noexcept {
        if (Http2Transfer* transfer = of(self).transfer_of(frame->hd.stream_id)) transfer->on_head();
        return 0;
      });
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) noexcept {
        return of(self).on_field(frame->hd.stream_id, text(name, name_size), text(value, value_size));
      });
  // RFC 9113, section 8.2.1, calls such an answer malformed. nghttp2 alone leaves the field out, and takes the rest
  // (1.70).
  nghttp2_session_callbacks_set_on_invalid_header_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
         std::uint8_t, void*) noexcept -> int { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame* frame, void* self) noexcept { return of(self).on_frame(*frame); });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes, std::size_t size,
                    void* self) noexcept { return of(self).on_data(stream, text(bytes, size)); });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, std::int32_t stream, std::uint32_t error_code, void* self) noexcept {
        return of(self).on_stream_end(stream, error_code);
      });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame* frame, void* self) noexcept { return of(self).on_sent(*frame); });
  nghttp2_session_callbacks_set_on_frame_not_send_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, int, void* self) noexcept {
        return of(self).on_not_sent(*frame);
      });
  nghttp2_session_callbacks_set_error_callback2(
      callbacks, [](nghttp2_session*, int error, const char* words, std::size_t size, void* self) noexcept {
        static_cast<void>(words), static_cast<void>(size);  // nghttp2's words quote what the server sent
        of(self).complain(nghttp2_strerror(error));
        return 0;
      });
}

Http2Transfer* Http2Session::transfer_of(std::int32_t stream) const noexcept {
  return static_cast<Http2Transfer*>(nghttp2_session_get_stream_user_data(session_.get(), stream));
}

/// Counts frames that bring nothing. nghttp2 has limits of its own for PING, SETTINGS and CONTINUATION, and none for
/// other frames. It does not tell of frames that it ignores; their bytes are counted.
int Http2Session::on_frame_begins() noexcept {
  if (++idle_frames_ <= kMostIdleFrames) return 0;
  end_idle();
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

void Http2Session::end_idle() noexcept {
  complain("frames without end that bring nothing");
  over_ = true;
}

void Http2Session::on_progress() noexcept {
  alive_ = true;
  idle_frames_ = 0;
  idle_bytes_ = 0;
}

int Http2Session::on_field(std::int32_t stream, std::string_view name, std::string_view value) noexcept {
  Http2Transfer* const transfer = transfer_of(stream);
  if (transfer == nullptr || transfer->on_field(name, value)) return 0;
  transfer->unwanted_ = true;
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // nghttp2 resets the stream
}

int Http2Session::on_frame(const nghttp2_frame& frame) noexcept {
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
    case NGHTTP2_RST_STREAM: on_stream_frame(frame); break;
    case NGHTTP2_GOAWAY: on_goaway(frame.goaway); break;
    case NGHTTP2_PING:
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) != 0) alive_ = ping_answered_ = true;
      break;
    default: break;
  }
  return 0;
}

void Http2Session::on_stream_frame(const nghttp2_frame& frame) noexcept {
  Http2Transfer* const transfer = transfer_of(frame.hd.stream_id);
  if (transfer == nullptr) return;
  transfer->reset_ = transfer->reset_ || frame.hd.type == NGHTTP2_RST_STREAM;
  if (frame.hd.type == NGHTTP2_HEADERS) {
    on_progress();
    transfer->on_head_end();
  }
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 || transfer->status() < 200) return;
  on_progress();
  transfer->answered_ = true;
  if (transfer->has_body() && !transfer->body_is_whole())  // the server wants no more of it
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, frame.hd.stream_id, NGHTTP2_CANCEL);
}

int Http2Session::on_data(std::int32_t stream, std::string_view part) noexcept {
  Http2Transfer* const transfer = transfer_of(stream);
  if (transfer == nullptr || transfer->unwanted_) return 0;
  on_progress();
  if (transfer->on_body(part)) return 0;
  transfer->unwanted_ = true;
  return nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

int Http2Session::on_stream_end(std::int32_t stream, std::uint32_t error_code) noexcept {
  using CloseReason = Http2Transfer::CloseReason;
  Http2Transfer* const transfer = transfer_of(stream);
  if (transfer == nullptr) return 0;
  nghttp2_session_set_stream_user_data(session_.get(), stream, nullptr);
  const bool refused = error_code == NGHTTP2_REFUSED_STREAM || error_code == NGHTTP2_HTTP_1_1_REQUIRED;
  CloseReason reason = transfer->reset_ ? CloseReason::kReset : CloseReason::kMalformed;
  if (transfer->unwanted_) {
    reason = CloseReason::kUnwanted;
  } else if (transfer->answered_) {
    reason = CloseReason::kAnswered;  // the server may have reset what was left of the request
  } else if (refused) {               // nghttp2 ends streams behind the last of a GOAWAY so, too
    reason = transfer->begun() ? CloseReason::kReset : CloseReason::kUnprocessed;
  }
  has_answered_ = has_answered_ || reason == CloseReason::kAnswered;
  end(*transfer, reason, error_code);
  return 0;
}

int Http2Session::on_sent(const nghttp2_frame& frame) noexcept {
  if (frame.hd.type == NGHTTP2_GOAWAY && frame.goaway.error_code != NGHTTP2_NO_ERROR) {
    broken_ = true;
    complain(nghttp2_http2_strerror(frame.goaway.error_code),
             text(frame.goaway.opaque_data, frame.goaway.opaque_data_len));
  }
  if (frame.hd.type != NGHTTP2_HEADERS) return 0;
  if (Http2Transfer* transfer = transfer_of(frame.hd.stream_id)) {
    transfer->written_ = true;
    transfer->begins_at_ = given_;
  }
  return 0;
}

/// Ends a transfer whose stream was never opened. Such a stream has no user data.
int Http2Session::on_not_sent(const nghttp2_frame& frame) noexcept {
  if (frame.hd.type != NGHTTP2_HEADERS) return 0;
  for (Http2Transfer* transfer = first_; transfer != nullptr; transfer = transfer->next_) {
    if (transfer->stream_ != frame.hd.stream_id) continue;
    nghttp2_session_set_stream_user_data(session_.get(), transfer->stream_, nullptr);
    end(*transfer, Http2Transfer::CloseReason::kUnprocessed, NGHTTP2_NO_ERROR);
    break;
  }
  return 0;
}

ssize_t Http2Session::on_body_wanted(nghttp2_session* /*session*/, std::int32_t stream, std::uint8_t* buffer,
                                     std::size_t capacity, std::uint32_t* flags, nghttp2_data_source* /*source*/,
                                     void* self) noexcept {
  Http2Transfer* const transfer = of(self).transfer_of(stream);
  if (transfer == nullptr || transfer->answered_) return NGHTTP2_ERR_DEFERRED;  // the rest is not sent
  of(self).on_progress();
  const auto size = transfer->read_body(reinterpret_cast<char*>(buffer), capacity);
  if (!size) {
    transfer->unwanted_ = true;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  if (*size == 0 || transfer->body_is_whole()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(*size);
}

void Http2Session::on_goaway(const nghttp2_goaway& frame) noexcept {
  draining_ = true;
  if (frame.error_code != NGHTTP2_NO_ERROR)
    complain(nghttp2_http2_strerror(frame.error_code), text(frame.opaque_data, frame.opaque_data_len));
}

/// Keeps the first complaint, because it is the cause of all others.
void Http2Session::complain(std::string_view words, std::string_view of_server) noexcept try {
  constexpr std::size_t kLongest = 256;
  if (!complaint_.empty()) return;
  complaint_ = words;
  if (!of_server.empty()) complaint_.append(", ").append(printable(of_server, kLongest));
} catch (const std::bad_alloc&) {
  complaint_.clear();
}

}  // namespace easypost_connect::internal
