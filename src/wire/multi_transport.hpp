// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "wire/async_transport.hpp"
#include "wire/curl_multi.hpp"
#include "wire/http1_transfer.hpp"
#include "wire/http2_connections.hpp"
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
  [[nodiscard]] std::optional<Error> start_http1(Attempt& attempt, std::unique_ptr<Connection> connection);
  void reserve_events();

  // What one turn does, in this order. Each gives what is over to done_.
  void take_opened() noexcept;
  void assign_waiting() noexcept;
  void carry_on(SteadyTime& next) noexcept;
  void ended(Attempt& attempt) noexcept;
  [[nodiscard]] bool deliver() noexcept;
  void wait(SteadyTime until) noexcept;

  void use(std::unique_ptr<Connection> connection) noexcept;
  void give_up(const Connection& connection, CURLcode code) noexcept;
  void assign(Attempt& attempt);
  [[nodiscard]] bool may_assign() const noexcept;
  void start_http2(Attempt& attempt, Http2Connection& connection);
  [[nodiscard]] Result<Response> outcome_of(Attempt& attempt) noexcept;
  void keep(Attempt& attempt) noexcept;
  void end(Attempt& attempt, std::optional<Error> error) noexcept;
  void move(Attempt& attempt, Attempts& to) noexcept;

  const ConnectionSetup tokens_;
  CurlMulti waiter_;
  Http2Connections connections_;  // of calls
  const ConnectionOptions keeps_;
  IdlePool<Http1Transfer> kept_;
  Attempts idle_;
  Attempts waiting_;  // for a connection, or for room on one
  Attempts http1_;
  Attempts http2_;
  Attempts done_;  // to be delivered
  std::vector<curl_waitfd> events_;
};

}  // namespace easypost_connect::internal
