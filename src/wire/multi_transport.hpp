// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/async_transport.hpp"
#include "wire/curl_multi.hpp"
#include "wire/http1_transfer.hpp"
#include "wire/http2_connection.hpp"
#include "wire/idle_pool.hpp"

namespace easypost_connect::internal {

/// Mutual TLS for many requests at once: over HTTP/2 one connection to a host for all calls but those with large
/// bodies. They, and all where the server speaks HTTP/1.1 only, have a connection each, and as many are kept as
/// blocking calls may keep.
class MultiTransport final : public AsyncTransport {
 public:
  /// Calls go with one identity, token requests with the other; they never meet on a connection.
  struct Setups {
    ConnectionSetup calls;
    ConnectionSetup tokens;
  };

  explicit MultiTransport(Setups setups);
  ~MultiTransport() override;

  /// Why it must not be used.
  [[nodiscard]] std::optional<Error> refusal() const noexcept { return waiter_.refusal(); }

  [[nodiscard]] std::optional<Error> start(Exchange& exchange) override;
  [[nodiscard]] SteadyTime end_of(const Exchange& exchange) const noexcept override;
  Error abort(Exchange& exchange) noexcept override;
  void run(SteadyTime until) noexcept override;
  void wake() noexcept override { waiter_.wake(); }

 private:
  struct Attempt;  // an exchange, and what carries it
  using Attempts = std::list<Attempt>;

  [[nodiscard]] Attempt& take_attempt();
  [[nodiscard]] std::unique_ptr<Connection> new_connection(HttpVersion offered);
  [[nodiscard]] std::optional<Error> start_http1(Attempt& attempt, std::unique_ptr<Connection> connection);
  void reserve_events();

  // What one turn does, in this order. Each gives what is over to done_.
  void open_connections() noexcept;
  void assign_waiting() noexcept;
  void carry_on(SteadyTime& next) noexcept;
  void ended(Attempt& attempt) noexcept;
  [[nodiscard]] bool deliver() noexcept;
  void wait(SteadyTime until) noexcept;

  void opened(std::unique_ptr<Connection> connection);
  void not_opened(const Connection& connection, CURLcode code) noexcept;
  void assign(Attempt& attempt);
  [[nodiscard]] bool may_assign() const noexcept;
  [[nodiscard]] bool speaks_http1(std::string_view authority) const noexcept {
    return http1_hosts_.find(authority) != http1_hosts_.end();
  }
  [[nodiscard]] Http2Connection* connection_to(std::string_view authority) const noexcept;
  [[nodiscard]] Connection* opening_to(std::string_view authority) const noexcept;
  void start_http2(Attempt& attempt, Http2Connection& connection);
  void retire_connections() noexcept;
  [[nodiscard]] Result<Response> outcome_of(Attempt& attempt) noexcept;
  void keep(Attempt& attempt) noexcept;
  void end(Attempt& attempt, std::optional<Error> error) noexcept;
  void move(Attempt& attempt, Attempts& to) noexcept;

  const Setups setups_;
  CurlMulti waiter_;
  CurlSharePtr sessions_;  // of TLS, for all connections of calls
  Attempts idle_;
  Attempts waiting_;  // for a connection, or for room on one
  Attempts http1_;
  Attempts http2_;
  Attempts done_;                                      // to be delivered
  std::vector<std::unique_ptr<Connection>> openings_;  // that offer HTTP/2
  std::vector<std::unique_ptr<Http2Connection>> connections_;
  IdlePool<Http1Transfer> kept_;
  std::set<std::string, std::less<>> http1_hosts_;  // that have chosen it where HTTP/2 was offered, or demand it
  std::vector<curl_waitfd> events_;
};

}  // namespace easypost_connect::internal
