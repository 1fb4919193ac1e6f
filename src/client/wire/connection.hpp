// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "wire/connector.hpp"
#include "wire/curl_handle.hpp"

namespace easypost_connect::internal {

/// A connection that libcurl opens and encrypts. Names, addresses, proxies, TLS and its sessions are libcurl's
/// business; the bytes on it are the caller's. It may be opened again and again, to any host, and then resumes TLS
/// sessions. It never waits: the caller waits for what add_events() and until() name, and comes back. One thread at a
/// time.
///
/// Each connection has a multi handle of its own. If connections shared one, libcurl would close those that it takes
/// for idle, too old or dead whenever it opens the next (read in 7.88): it does not know what their users do with them.
class Connection {
 public:
  /// libcurl waits for the sockets of two addresses that it tries at once, and for a name lookup; there is room to
  /// spare.
  static constexpr std::size_t kMostEvents = 8;

  /// `sessions` is the cache of TLS sessions, which must outlive the connection. If it is null, the connection has one
  /// of its own.
  Connection(const ConnectionSetup& setup, HttpVersion offered, CURLSH* sessions = nullptr);
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Fails if the connection must not be used.
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] bool usable() const noexcept { return multi_.usable() && connector_->usable(); }

  /// Begins to open the connection to the host of `url`, and closes it before. CURLE_AGAIN means: call go_on().
  [[nodiscard]] CURLcode open(std::string_view url);
  /// Goes on with opening. CURLE_OK means that the connection is open. CURLE_AGAIN means: wait for add_events(),
  /// until() at the latest, and call again. Any other code says why the connection is closed.
  [[nodiscard]] CURLcode go_on();
  void close() noexcept;

  [[nodiscard]] bool is_open() const noexcept { return state_ == State::kOpen; }
  /// Starts the idle time anew, because the caller keeps the connection for later.
  void keep() noexcept;
  /// Tells whether keep() was called since the connection was opened.
  [[nodiscard]] bool was_kept() const noexcept { return kept_; }
  /// Tells whether the connection is open to that host and port and may be used again: it is not too old, and the other
  /// side has neither ended it nor said anything that nobody asked for. Otherwise closes it.
  [[nodiscard]] bool is_ready_for(std::string_view authority) noexcept;
  /// Tells whether the connection has lived for longer than ConnectionOptions::lifetime.
  [[nodiscard]] bool has_outlived() const noexcept;
  /// Tells whether the connection was kept for longer than ConnectionOptions::idle_timeout.
  [[nodiscard]] bool was_idle_too_long() const noexcept;

  /// Sends some bytes and removes them from the front of `bytes`. CURLE_AGAIN means: wait until the connection is
  /// writable, then send the same bytes again, and more if there are.
  [[nodiscard]] CURLcode send(std::string_view& bytes) noexcept;
  /// Receives what has come. CURLE_AGAIN means that nothing has: wait until the connection is readable. No bytes mean
  /// that the connection has ended.
  [[nodiscard]] CURLcode receive(char* buffer, std::size_t capacity, std::size_t& received) noexcept;
  /// Tells whether the other side had said that nothing more would come before the connection ended. Nobody can tell
  /// that without TLS.
  [[nodiscard]] bool ended_orderly() const noexcept {
    const auto& tls = connector_->connection();
    return tls == nullptr || tls->evidence().close_notified;
  }

  /// Adds what to wait for. A connection that is being opened waits for what libcurl waits for. An open one waits for
  /// bytes, and for room if `writable`.
  void add_events(std::vector<curl_waitfd>& to, bool writable) const;
  /// Reads the same entries back after the wait. Returns the entries behind them.
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept;
  /// Tells whether there may be something to receive: the last wait said so, or the caller called expect_more().
  [[nodiscard]] bool readable() const noexcept { return readable_; }
  /// Asks the system whether there is something to receive. A server's last words have to be received before a send
  /// fails: OpenSSL reads nothing afterwards (seen with 4.0, and not with 3.0).
  void look_for_input() noexcept;
  void expect_more() noexcept { readable_ = true; }
  /// Returns when to call go_on() whatever has happened, while the connection is being opened.
  [[nodiscard]] SteadyTime until() const noexcept { return timer_; }

  /// Gives a caller that waits for this connection alone the handle to wait with.
  [[nodiscard]] CurlMulti& multi() noexcept { return multi_; }

  /// Knows how the last way to a server went, and what went wrong on it.
  [[nodiscard]] Connector& connector() noexcept { return *connector_; }
  [[nodiscard]] const Connector& connector() const noexcept { return *connector_; }

 private:
  enum class State { kClosed, kOpening, kOpen };

  void make_connector(const ConnectionSetup& setup, HttpVersion offered);
  [[nodiscard]] CURLcode drive() noexcept;
  [[nodiscard]] CURLcode ended(CURLcode code) noexcept;
  [[nodiscard]] bool is_silent() noexcept;

  static int on_socket(CURL* handle, curl_socket_t socket, int what, void* connection, void* unused) noexcept;
  static int on_timer(CURLM* multi, long milliseconds, void* connection) noexcept;

  std::vector<curl_waitfd> sockets_;  // libcurl waits for these while it opens the connection
  SteadyTime timer_ = SteadyTime::max();
  CurlMulti multi_;
  CurlSharePtr own_sessions_;
  CURLSH* const sessions_;
  // Each opening makes a new one: libcurl 7.88 could read what a proxy's answer to the last opening left behind.
  std::unique_ptr<Connector> connector_;
  State state_ = State::kClosed;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  SteadyTime opened_at_{};
  SteadyTime used_at_{};
  bool kept_ = false;
  bool readable_ = false;
};

}  // namespace easypost_connect::internal
