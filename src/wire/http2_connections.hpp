// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/curl_multi.hpp"
#include "wire/http2_connection.hpp"

namespace easypost_connect::internal {

/// The HTTP/2 connections of one identity, those that are being opened, and which hosts want none. One thread at a
/// time.
class Http2Connections {
 public:
  explicit Http2Connections(ConnectionSetup setup);
  Http2Connections(const Http2Connections&) = delete;
  Http2Connections& operator=(const Http2Connections&) = delete;

  /// A new one, whatever is to be spoken on it; it resumes the TLS sessions of the others.
  [[nodiscard]] std::unique_ptr<Connection> make(HttpVersion offered) const;

  /// The host chose HTTP/1.1 where HTTP/2 was offered, or demands it.
  [[nodiscard]] bool speaks_http1(std::string_view authority) const noexcept;
  void set_speaks_http1(std::string_view authority) { http1_hosts_.emplace(authority); }

  /// One that takes new transfers, now or when others have ended; null: there is none.
  [[nodiscard]] Http2Connection* find(std::string_view authority) const noexcept;
  [[nodiscard]] const Connection* find_opening(std::string_view authority) const noexcept;

  /// Begins to open one to the host of `url`. An Error: it cannot be opened.
  [[nodiscard]] std::optional<Error> open(std::string_view url);
  /// An attempt to open one that has come to its end.
  struct Opened {
    std::unique_ptr<Connection> connection;
    CURLcode code;  ///< CURLE_OK: requests may go out on it
  };
  /// Goes on with them until one has; nothing: none has yet.
  [[nodiscard]] std::optional<Opened> next_opened() noexcept;
  /// An open one, which speaks HTTP/2.
  void add(std::unique_ptr<Connection> connection);

  [[nodiscard]] const std::vector<std::unique_ptr<Http2Connection>>& all() const noexcept { return connections_; }
  /// Those that are over, and those that nobody may use any more, go once their last transfer has ended.
  void retire() noexcept;

  /// What to wait for, until when at the latest; and back from the wait, as of a Connection.
  void add_events(std::vector<curl_waitfd>& to) const;
  const curl_waitfd* take_events(const curl_waitfd* events) noexcept;
  [[nodiscard]] SteadyTime until() const noexcept;
  /// More entries than add_events() adds.
  [[nodiscard]] std::size_t most_events() const noexcept;

 private:
  const ConnectionSetup setup_;
  CurlSharePtr sessions_;  // of TLS
  std::vector<std::unique_ptr<Connection>> openings_;
  std::vector<std::unique_ptr<Http2Connection>> connections_;
  std::set<std::string, std::less<>> http1_hosts_;
};

}  // namespace easypost_connect::internal
