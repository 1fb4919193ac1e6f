// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "wire/connector.hpp"
#include "wire/curl_multi.hpp"

namespace easypost_connect::internal {

/// A connection that libcurl makes, and on which it only encrypts: names, addresses, proxies, TLS and its sessions are
/// libcurl's; what is said on it is its user's. May be opened again and again, to any host, and resumes TLS sessions
/// then. It never waits: whoever has it waits for what events() and until() name, and comes back. One thread at a time.
///
/// It has a multi handle of its own. In one with others, libcurl would close connections that it takes for idle ones,
/// too old or dead, whenever it opens the next (read in 7.88): it does not know what their users do with them.
class Connection {
 public:
  /// Of two addresses that are tried at once, and of a name lookup, with room to spare.
  static constexpr std::size_t kMostEvents = 8;

  /// `sessions`: the cache of TLS sessions, which must outlive it; null: it has one of its own.
  Connection(const ConnectionSetup& setup, HttpVersion offered, CURLSH* sessions = nullptr);
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Why it must not be used.
  [[nodiscard]] std::optional<Error> refusal() const;
  [[nodiscard]] bool usable() const noexcept { return multi_.usable() && connector_->usable(); }

  /// Begins to open it to the host of `url`; closes it before. CURLE_AGAIN: call go_on().
  [[nodiscard]] CURLcode open(std::string_view url);
  /// CURLE_OK: it is open. CURLE_AGAIN: wait for events(), until() at the latest, and call again. Anything else: it is
  /// closed, and why.
  [[nodiscard]] CURLcode go_on();
  void close() noexcept;

  [[nodiscard]] bool is_open() const noexcept { return state_ == State::kOpen; }
  /// It goes on from here: its idle time begins anew.
  void keep() noexcept;
  /// keep() was called since it was opened.
  [[nodiscard]] bool was_kept() const noexcept { return kept_; }
  /// Whether it is open to that host and port and may be used again: it is not too old, and the other side has neither
  /// ended it nor said anything that nobody asked for. Closes it otherwise.
  [[nodiscard]] bool is_ready_for(std::string_view authority) noexcept;
  /// It has lived for longer than options allow.
  [[nodiscard]] bool has_outlived() const noexcept;
  /// It has been kept for longer than that.
  [[nodiscard]] bool was_idle_too_long() const noexcept;

  /// Sends some bytes, and takes them from the front of `bytes`. CURLE_AGAIN: wait until it is writable, then send the
  /// same bytes again, and more if there are.
  [[nodiscard]] CURLcode send(std::string_view& bytes) noexcept;
  /// Takes what has come. CURLE_AGAIN: nothing; wait until it is readable. No bytes: the end.
  [[nodiscard]] CURLcode receive(char* buffer, std::size_t capacity, std::size_t& received) noexcept;
  /// Of one that came to its end: the other side had said that nothing more would come. Without TLS nobody can tell.
  [[nodiscard]] bool ended_orderly() const noexcept {
    const auto& tls = connector_->connection();
    return tls == nullptr || tls->evidence().close_notified;
  }

  /// What to wait for: while it is opened what libcurl waits for, then for bytes, and for room if `writable`.
  void add_events(std::vector<curl_waitfd>& to, bool writable) const;
  /// The same entries, back from the wait; those behind them are given back.
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept;
  /// There is something to receive, as far as the last wait tells, or whoever expects it.
  [[nodiscard]] bool readable() const noexcept { return readable_; }
  void expect_more() noexcept { readable_ = true; }
  /// While it is opened: when to come back, whatever has happened.
  [[nodiscard]] SteadyTime until() const noexcept { return timer_; }

  /// To wait with, for who has nothing else to wait for.
  [[nodiscard]] CurlMulti& multi() noexcept { return multi_; }

  /// How the last way to a server went, and what went wrong on it.
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

  std::vector<curl_waitfd> sockets_;  // that libcurl waits for while it opens the connection
  SteadyTime timer_ = SteadyTime::max();
  CurlMulti multi_;
  CurlSharePtr own_sessions_;
  CURLSH* const sessions_;
  // Of one opening each: a proxy's answer to the next one could make libcurl 7.88 read what the last one left behind.
  std::unique_ptr<Connector> connector_;
  State state_ = State::kClosed;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  SteadyTime opened_at_{};
  SteadyTime used_at_{};
  bool kept_ = false;
  bool readable_ = false;
};

}  // namespace easypost_connect::internal
