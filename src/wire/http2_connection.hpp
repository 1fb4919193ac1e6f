// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/connection.hpp"
#include "wire/http2_session.hpp"

namespace easypost_connect::internal {

/// A connection that speaks HTTP/2, and all transfers on it. One that has gone silent is left: while transfers are
/// under way, a PING goes out after a time without a byte, and has to be answered. One thread at a time.
class Http2Connection {
 public:
  /// Of an open one. std::bad_alloc.
  explicit Http2Connection(std::unique_ptr<Connection> connection);

  [[nodiscard]] std::string_view authority() const noexcept { return connection_->connector().authority(); }
  /// New transfers may begin on it: the server takes them, and it is not too old.
  [[nodiscard]] bool accepts() const noexcept;
  /// How many now; the others wait for those to end.
  [[nodiscard]] std::size_t room() const noexcept { return session_.room(); }
  [[nodiscard]] std::size_t streams() const noexcept { return session_.streams(); }
  [[nodiscard]] bool over() const noexcept { return over_; }
  /// It was made for later transfers, or is kept for them.
  void keep() noexcept;

  /// The transfer has begun, and must live until it was finished or aborted here. False: out of memory.
  [[nodiscard]] bool start(Http2Transfer& transfer) noexcept;
  /// One that has ended and is to be finished; null: there is none.
  [[nodiscard]] Http2Transfer* next_ended() noexcept { return session_.next_ended(); }
  [[nodiscard]] Result<Response> finish(Http2Transfer& transfer) noexcept;
  /// Ends one that has not ended.
  [[nodiscard]] Result<Response> abort(Http2Transfer& transfer, CURLcode code) noexcept;

  /// Writes and reads as far as it goes.
  void run() noexcept;
  void add_events(std::vector<curl_waitfd>& to) const { connection_->add_events(to, blocked_); }
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept { return connection_->take_events(events); }
  /// When run() is wanted, whatever happens.
  [[nodiscard]] SteadyTime until() const noexcept;

 private:
  void watch(SteadyTime now) noexcept;
  void write();
  [[nodiscard]] CURLcode flush() noexcept;
  void read();
  void end_with_session();
  void end(CURLcode code, std::string_view words) noexcept;

  const std::unique_ptr<Connection> connection_;
  Http2Session session_;
  std::string out_;           // to be sent; holds credentials
  std::size_t out_done_ = 0;  // so much of it was
  std::uint64_t sent_ = 0;    // in all
  bool blocked_ = false;      // the socket takes no more
  std::array<char, std::size_t{16} * 1024> in_{};
  CURLcode code_ = CURLE_OK;  // over: why
  std::string words_;
  bool over_ = false;
  bool used_ = false;

  std::chrono::milliseconds patience_;  // how long a silence may last: that of the most impatient transfer
  SteadyTime heard_at_{};               // what brings a call on, or that the other side takes more of one
  std::uint64_t unheard_ = 0;           // bytes sent since then
  SteadyTime pinged_at_{};
  bool pinged_ = false;
};

}  // namespace easypost_connect::internal
