// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http2_session.hpp"

#include <new>
#include <vector>

namespace easypost_connect::sandbox {
namespace {

constexpr std::uint32_t kMostStreams = 100;
constexpr std::int32_t kWindow = 1024 * 1024;
constexpr std::size_t kOutputAtOnce = std::size_t{16} * 1024;
constexpr int kFirstFinalStatus = 200;

const std::uint8_t* bytes_of(const std::string& text) noexcept {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(bytes), size};
}

/// Valid as long as `head`.
std::vector<nghttp2_nv> fields_of(const Http2AnswerHead& head) {
  std::vector<nghttp2_nv> fields;
  fields.reserve(head.fields.size());
  for (const auto& [name, value] : head.fields) {
    // nghttp2 takes a pointer to bytes that it does not change.
    fields.push_back({const_cast<std::uint8_t*>(bytes_of(name)), const_cast<std::uint8_t*>(bytes_of(value)),
                      name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return fields;
}

bool ends_stream(const nghttp2_frame& frame) noexcept {
  const bool has_flag = frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS;
  return has_flag && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

bool is_head_of_request(const nghttp2_frame& frame) noexcept {
  return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
}

ssize_t read_content(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t capacity, std::uint32_t* flags,
                     nghttp2_data_source* source, void*) noexcept {
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  const auto [size, outlook] = stream.take_content(reinterpret_cast<char*>(buffer), capacity);
  if (outlook == Http2Stream::Outlook::kCut) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
  if (outlook == Http2Stream::Outlook::kEnd) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (size == 0 && outlook == Http2Stream::Outlook::kMore) return NGHTTP2_ERR_DEFERRED;
  return static_cast<ssize_t>(size);
}

}  // namespace

/// Callbacks are the functions that nghttp2 calls. Trailers are passed over: nothing here has a use for them.
struct Http2Session::Callbacks {
  static Http2Session& self(void* data) noexcept { return *static_cast<Http2Session*>(data); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) noexcept {
    if (!is_head_of_request(*frame)) return 0;
    Http2RequestHead& head = self(data).arriving_[frame->hd.stream_id];
    const bool taken = head.add(text_of(name, name_size), text_of(value, value_size));
    return taken ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) noexcept {
    const bool ends = ends_stream(*frame);
    if (is_head_of_request(*frame)) {
      self(data).begin(frame->hd.stream_id, !ends);
    } else if (ends) {
      self(data).end_request(frame->hd.stream_id);
    }
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream_id, const std::uint8_t* bytes,
                     std::size_t size, void* data) noexcept {
    const auto found = self(data).streams_.find(stream_id);
    if (found != self(data).streams_.end()) found->second->add_content(text_of(bytes, size));
    return 0;
  }

  static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* data) noexcept {
    if (ends_stream(*frame)) self(data).answer_sent(frame->hd.stream_id);
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t stream_id, std::uint32_t, void* data) noexcept {
    self(data).closed(stream_id);
    return 0;
  }
};

Http2Session::Http2Session(const Wakeup& answers, Begin begin) : answers_(answers), begin_(std::move(begin)) {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, Callbacks::on_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
  nghttp2_session* session = nullptr;
  const int failed = nghttp2_session_server_new(&session, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  if (failed != 0) throw std::bad_alloc();
  session_.reset(session);

  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams},
                                             {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
                                             {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxHeaderListSize}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kWindow);
}

void Http2Session::abandon() {
  for (const auto& [stream_id, stream] : streams_) stream->abandon();
}

bool Http2Session::receive(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return nghttp2_session_mem_recv(session_.get(), data, bytes.size()) >= 0;
}

void Http2Session::collect_answers() {
  for (const auto& [stream_id, stream] : streams_) collect(stream_id, *stream);
}

void Http2Session::append_output(std::string& bytes) {
  while (bytes.size() < kOutputAtOnce) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &data);
    if (size <= 0) return;
    bytes += text_of(data, static_cast<std::size_t>(size));
  }
}

void Http2Session::go_away() {
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_.get()),
                        NGHTTP2_NO_ERROR, nullptr, 0);
}

bool Http2Session::is_over() const noexcept {
  return nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0;
}

void Http2Session::begin(std::int32_t stream_id, bool has_content) {
  const auto head = arriving_.extract(stream_id);
  const auto stream = std::make_shared<Http2Stream>(head.mapped(), has_content, answers_);
  streams_.emplace(stream_id, stream);
  begin_(stream);
}

void Http2Session::end_request(std::int32_t stream_id) {
  if (const auto found = streams_.find(stream_id); found != streams_.end()) found->second->end_request();
}

/// A client that is still sending need not go on (RFC 9113, section 8.1).
void Http2Session::answer_sent(std::int32_t stream_id) {
  const auto found = streams_.find(stream_id);
  if (found == streams_.end() || found->second->has_whole_request()) return;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_NO_ERROR);
}

void Http2Session::closed(std::int32_t stream_id) {
  arriving_.erase(stream_id);
  const auto found = streams_.find(stream_id);
  if (found == streams_.end()) return;
  found->second->abandon();
  streams_.erase(found);
}

void Http2Session::collect(std::int32_t stream_id, Http2Stream& stream) {
  while (const auto head = stream.next_head()) submit(stream_id, *head, stream);
  if (stream.has_no_answer()) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_INTERNAL_ERROR);
  }
  nghttp2_session_resume_data(session_.get(), stream_id);  // does nothing for a stream that does not wait
}

void Http2Session::submit(std::int32_t stream_id, const Http2AnswerHead& head, Http2Stream& stream) {
  const std::vector<nghttp2_nv> fields = fields_of(head);
  if (head.status < kFirstFinalStatus) {
    nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream_id, nullptr, fields.data(), fields.size(),
                           nullptr);
    return;
  }
  nghttp2_data_provider content{};
  content.source.ptr = &stream;
  content.read_callback = read_content;
  nghttp2_submit_response(session_.get(), stream_id, fields.data(), fields.size(),
                          stream.is_taken() ? nullptr : &content);
}

}  // namespace easypost_connect::sandbox
