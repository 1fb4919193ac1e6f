// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/http2_memory.hpp"
#include "wire/http2_transfer.hpp"

namespace easypost_connect::internal {

/// The codec of HTTP/2 (RFC 9113), without I/O: what the server sent goes in, what is to be sent comes out, and many
/// transfers go on at once, a stream each. nghttp2 reads and writes; when a server may be left is decided here. One
/// thread at a time.
class Http2Session {
 public:
  /// What a server may send until the session is ended, of what brings no transfer on: so many frames, or so many
  /// bytes. A window's worth of bytes can be under way for transfers that were cancelled, and another until it hears of
  /// that.
  static constexpr int kMostIdleFrames = 10'000;
  static constexpr std::size_t kMostIdleBytes = std::size_t{32} * 1024 * 1024;

  Http2Session();  ///< std::bad_alloc
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// How many transfers more the server lets begin now.
  [[nodiscard]] std::size_t room() const noexcept;
  /// The server has not said that it takes no more (GOAWAY), and there are numbers left for streams.
  [[nodiscard]] bool accepts() const noexcept { return !draining_ && !over_ && !ids_spent_; }
  [[nodiscard]] std::size_t streams() const noexcept { return streams_; }

  /// The transfer has begun, and must live until next_ended() gives it back, or cancel(). False: out of memory.
  [[nodiscard]] bool start(Http2Transfer& transfer) noexcept;
  void cancel(Http2Transfer& transfer) noexcept;
  /// One that has ended; null: there is none.
  [[nodiscard]] Http2Transfer* next_ended() noexcept;

  /// What has come. False: the session is over.
  [[nodiscard]] bool take(std::string_view bytes) noexcept;
  /// Appends what is to be sent, until `out` has `most` bytes or somewhat more.
  void give(std::string& out, std::size_t most);
  /// Nothing will be said any more.
  [[nodiscard]] bool over() const noexcept;
  /// It ends because the server broke a rule.
  [[nodiscard]] bool broken() const noexcept { return broken_; }
  /// The connection has ended: so do all transfers.
  void end() noexcept;

  /// A transfer has got its answer.
  [[nodiscard]] bool has_answered() const noexcept { return has_answered_; }
  /// Since the last time: something came that brings a transfer on, or answers a PING.
  [[nodiscard]] bool take_sign_of_life() noexcept { return std::exchange(alive_, false); }

  void ping() noexcept;
  /// The last ping() was answered.
  [[nodiscard]] bool ping_answered() const noexcept { return ping_answered_; }

  /// Whether any of it was among the first `sent` bytes of what give() gave.
  [[nodiscard]] static bool has_left(const Http2Transfer& transfer, std::uint64_t sent) noexcept {
    return transfer.written_ && transfer.begins_at_ < sent;
  }
  /// What the server, or this side, said against the session or the last stream that broke a rule; empty: nothing.
  [[nodiscard]] std::string take_complaint() noexcept { return std::exchange(complaint_, {}); }

 private:
  struct Delete {
    void operator()(nghttp2_session* session) const noexcept { nghttp2_session_del(session); }
  };

  static Http2Session& of(void* session) noexcept { return *static_cast<Http2Session*>(session); }
  [[nodiscard]] Http2Transfer* transfer_of(std::int32_t stream) const noexcept;
  static void set_callbacks(nghttp2_session_callbacks* callbacks) noexcept;
  static ssize_t on_body_wanted(nghttp2_session* session, std::int32_t stream, std::uint8_t* buffer,
                                std::size_t capacity, std::uint32_t* flags, nghttp2_data_source* source,
                                void* self) noexcept;

  int on_frame_begins() noexcept;
  void on_progress() noexcept;
  void end_idle() noexcept;
  int on_field(std::int32_t stream, std::string_view name, std::string_view value) noexcept;
  int on_frame(const nghttp2_frame& frame) noexcept;
  void on_stream_frame(const nghttp2_frame& frame) noexcept;
  int on_data(std::int32_t stream, std::string_view part) noexcept;
  int on_stream_end(std::int32_t stream, std::uint32_t error_code) noexcept;
  int on_sent(const nghttp2_frame& frame) noexcept;
  int on_not_sent(const nghttp2_frame& frame) noexcept;
  void on_goaway(const nghttp2_goaway& frame) noexcept;
  void complain(std::string_view words, std::string_view of_server = {}) noexcept;
  void unlink(Http2Transfer& transfer) noexcept;
  void end(Http2Transfer& transfer, Http2Transfer::Fate fate, std::uint32_t error_code) noexcept;

  Http2Memory memory_;
  std::unique_ptr<nghttp2_session, Delete> session_;
  std::vector<nghttp2_nv> fields_;  // of the request that is started
  Http2Transfer* first_ = nullptr;  // of those under way
  Http2Transfer* ended_ = nullptr;
  std::size_t streams_ = 0;
  std::uint64_t given_ = 0;  // bytes to be sent
  int idle_frames_ = 0;
  std::size_t idle_bytes_ = 0;
  bool ping_answered_ = true;
  bool alive_ = false;
  bool has_answered_ = false;
  bool draining_ = false;
  bool over_ = false;
  bool broken_ = false;
  bool ids_spent_ = false;
  std::string complaint_;
};

}  // namespace easypost_connect::internal
