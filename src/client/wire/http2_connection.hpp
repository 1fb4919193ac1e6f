// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/connection.hpp"
#include "wire/curl_handle.hpp"
#include "wire/http2_session.hpp"

namespace easypost_connect::internal {

/// A connection that speaks HTTP/2, with all transfers on it. While transfers are under way, a PING goes out after a
/// time without a byte; a connection that does not answer it is left. One thread at a time.
class Http2Connection {
 public:
  /// `connection` has to be open. Throws std::bad_alloc.
  explicit Http2Connection(std::unique_ptr<Connection> connection);

  [[nodiscard]] std::string_view authority() const noexcept { return connection_->connector().authority(); }
  /// Tells whether new transfers may begin on the connection: the server takes them, and it is not too old.
  [[nodiscard]] bool accepts() const noexcept;
  /// Returns how many transfers may begin now; the others wait for some to end.
  [[nodiscard]] std::size_t room() const noexcept { return session_.room(); }
  [[nodiscard]] std::size_t streams() const noexcept { return session_.streams(); }
  [[nodiscard]] bool over() const noexcept { return over_; }
  /// Notes that the connection was made for later transfers, or is kept for them.
  void keep() noexcept;

  /// Begins the transfer, which must live until it was finished or aborted here. Returns false if memory is short.
  [[nodiscard]] bool start(Http2Transfer& transfer) noexcept;
  /// Returns a transfer that has ended and is to be finished; null if there is none.
  [[nodiscard]] Http2Transfer* next_ended() noexcept { return session_.next_ended(); }
  [[nodiscard]] Result<Response> finish(Http2Transfer& transfer) noexcept;
  /// Ends a transfer that has not ended.
  [[nodiscard]] Result<Response> abort(Http2Transfer& transfer, CURLcode code) noexcept;

  /// Writes and reads as far as possible without waiting.
  void run() noexcept;
  void add_events(std::vector<curl_waitfd>& to) const { connection_->add_events(to, blocked_); }
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept { return connection_->take_events(events); }
  /// Returns when to call run() whatever has happened.
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
  std::string out_;           // bytes to be sent; they hold credentials
  std::size_t out_done_ = 0;  // bytes of out_ that were sent
  std::uint64_t sent_ = 0;    // bytes sent since the connection was opened
  bool blocked_ = false;      // the socket takes no more
  std::array<char, std::size_t{16} * 1024> in_{};
  CURLcode code_ = CURLE_OK;  // why the connection is over
  std::string words_;
  bool over_ = false;
  bool used_ = false;

  std::chrono::milliseconds patience_;  // how long a silence may last for the most impatient transfer
  SteadyTime heard_at_{};      // when something came that brings a call on, or the other side last took more bytes
  std::uint64_t unheard_ = 0;  // bytes sent since heard_at_
  SteadyTime pinged_at_{};
  bool pinged_ = false;
};

/// Holds the HTTP/2 connections of one identity and those that are being opened, and knows which hosts want HTTP/1.1.
/// One thread at a time.
class Http2Connections {
 public:
  explicit Http2Connections(ConnectionSetup setup);
  Http2Connections(const Http2Connections&) = delete;
  Http2Connections& operator=(const Http2Connections&) = delete;

  /// Makes a connection, whatever is to be spoken on it. It resumes the TLS sessions of the others.
  [[nodiscard]] std::unique_ptr<Connection> make(HttpVersion offered) const;

  /// Tells whether the host chose HTTP/1.1 where HTTP/2 was offered, or demanded it.
  [[nodiscard]] bool speaks_http1(std::string_view authority) const noexcept;
  void set_speaks_http1(std::string_view authority) { http1_hosts_.emplace(authority); }

  /// Returns a connection that takes new transfers, now or when others have ended; null if there is none.
  [[nodiscard]] Http2Connection* find(std::string_view authority) const noexcept;
  [[nodiscard]] const Connection* find_opening(std::string_view authority) const noexcept;

  /// Begins to open a connection to the host of `url`.
  [[nodiscard]] Result<void> open(std::string_view url);
  /// The outcome for a connection that was to be opened.
  struct Opened {
    std::unique_ptr<Connection> connection;
    CURLcode code;  ///< CURLE_OK if requests may go out on the connection
  };
  /// Goes on with opening until one connection has opened or failed. Returns nothing if none has yet.
  [[nodiscard]] std::optional<Opened> next_opened() noexcept;
  /// Adds an open connection that speaks HTTP/2.
  void add(std::unique_ptr<Connection> connection);

  [[nodiscard]] const std::vector<std::unique_ptr<Http2Connection>>& all() const noexcept { return connections_; }
  /// Drops the connections that are over, and those that nobody may use any more once their last transfer has ended.
  void retire() noexcept;

  /// Adds what to wait for, and reads it back after the wait, as a Connection does.
  void add_events(std::vector<curl_waitfd>& to) const;
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept;
  [[nodiscard]] SteadyTime until() const noexcept;
  /// Returns at least the number of entries that add_events() adds.
  [[nodiscard]] std::size_t most_events() const noexcept;

 private:
  const ConnectionSetup setup_;
  CurlSharePtr sessions_;  // the cache of TLS sessions
  std::vector<std::unique_ptr<Connection>> openings_;
  std::vector<std::unique_ptr<Http2Connection>> connections_;
  std::set<std::string, std::less<>> http1_hosts_;
};

}  // namespace easypost_connect::internal
