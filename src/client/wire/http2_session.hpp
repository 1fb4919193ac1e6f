// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/http2_transfer.hpp"

namespace easypost_connect::internal {

/// The memory of one nghttp2 session. It keeps small blocks that the session gives back for its next stream, which
/// wants a dozen of them. It must outlive the session. One thread at a time.
class Http2Memory {
 public:
  Http2Memory() noexcept;
  ~Http2Memory();
  Http2Memory(const Http2Memory&) = delete;
  Http2Memory& operator=(const Http2Memory&) = delete;

  [[nodiscard]] nghttp2_mem* functions() noexcept { return &functions_; }

 private:
  struct Block;
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kClasses = 17;  // one for each size up to 1 KiB

  [[nodiscard]] void* allocate(std::size_t size) noexcept;
  void release(void* memory) noexcept;
  [[nodiscard]] void* resize(void* memory, std::size_t size) noexcept;

  nghttp2_mem functions_;
  std::array<Block*, kClasses> free_{};
};

/// The codec of HTTP/2 (RFC 9113), without I/O: what the server sent goes in, what is to be sent comes out. Many
/// transfers go on at once, a stream each. nghttp2 reads and writes; the session decides when a server may be left. One
/// thread at a time.
class Http2Session {
 public:
  /// A server may send so many frames, or so many bytes, that bring no transfer on until the session is ended.
  /// Transfers that were cancelled can leave a window's worth of bytes under way, and another until the server hears of
  /// that.
  static constexpr int kMostIdleFrames = 10'000;
  static constexpr std::size_t kMostIdleBytes = std::size_t{32} * 1024 * 1024;

  Http2Session();  ///< throws std::bad_alloc
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// Returns how many more transfers the server lets begin now.
  [[nodiscard]] std::size_t room() const noexcept;
  /// Tells whether new transfers may begin: the server has sent no GOAWAY, and there are stream numbers left.
  [[nodiscard]] bool accepts() const noexcept { return !draining_ && !over_ && !ids_spent_; }
  [[nodiscard]] std::size_t streams() const noexcept { return streams_; }

  /// Begins the transfer, which must live until next_ended() gives it back or cancel() ends it. Returns false if memory
  /// is short.
  [[nodiscard]] bool start(Http2Transfer& transfer) noexcept;
  void cancel(Http2Transfer& transfer) noexcept;
  /// Returns a transfer that has ended; null if there is none.
  [[nodiscard]] Http2Transfer* next_ended() noexcept;

  /// Reads what has come. Returns false if the session is over.
  [[nodiscard]] bool take(std::string_view bytes) noexcept;
  /// Appends what is to be sent, until `out` has `most` bytes or somewhat more.
  void give(std::string& out, std::size_t most);
  /// Tells whether nothing will be said any more.
  [[nodiscard]] bool over() const noexcept;
  /// Tells whether the session ends because the server broke a rule.
  [[nodiscard]] bool broken() const noexcept { return broken_; }
  /// Ends all transfers, because the connection has ended.
  void end() noexcept;

  /// Tells whether a transfer has got its answer.
  [[nodiscard]] bool has_answered() const noexcept { return has_answered_; }
  /// Tells whether something came since the last call that brings a transfer on, or answers a PING.
  [[nodiscard]] bool take_sign_of_life() noexcept { return std::exchange(alive_, false); }

  void ping() noexcept;
  /// Tells whether the last ping() was answered.
  [[nodiscard]] bool ping_answered() const noexcept { return ping_answered_; }

  /// Tells whether any of the transfer was among the first `sent` bytes of what give() gave.
  [[nodiscard]] static bool has_left(const Http2Transfer& transfer, std::uint64_t sent) noexcept {
    return transfer.written_ && transfer.begins_at_ < sent;
  }
  /// Returns what the server, or this side, said against the session or the last stream that broke a rule; empty if
  /// nothing was said.
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
  void end(Http2Transfer& transfer, Http2Transfer::CloseReason reason, std::uint32_t error_code) noexcept;

  Http2Memory memory_;
  std::unique_ptr<nghttp2_session, Delete> session_;
  std::vector<nghttp2_nv> fields_;  // fields of the request that is being started
  Http2Transfer* first_ = nullptr;  // the transfers that are under way
  Http2Transfer* ended_ = nullptr;
  std::size_t streams_ = 0;
  std::uint64_t given_ = 0;  // bytes that give() has given
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
