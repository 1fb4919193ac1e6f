// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <string_view>
#include <vector>

#include "core/url.hpp"
#include "wire/async_transport.hpp"
#include "wire/curl_handle.hpp"
#include "wire/http1_transfer.hpp"
#include "wire/http2_connection.hpp"
#include "wire/idle_pool.hpp"

namespace easypost_connect::internal {

/// The asynchronous mTLS transport: it carries many requests at once on one thread. Calls to a host share one HTTP/2
/// connection. Calls with large bodies, and all calls to a server that speaks HTTP/1.1 only, have a connection each; as
/// many of these are kept as blocking calls may keep.
class MultiplexedTransport final : public AsyncTransport {
 public:
  /// Calls have one identity, token requests the other; they never meet on a connection.
  struct Setups {
    ConnectionSetup calls;
    ConnectionSetup tokens;
  };

  explicit MultiplexedTransport(Setups setups);

  /// Fails if the transport must not be used.
  [[nodiscard]] Result<void> check() const noexcept { return waiter_.check(); }

  [[nodiscard]] Result<void> start(Attempt& attempt) override;
  [[nodiscard]] SteadyTime end_of(const Attempt& attempt) const noexcept override;
  Error abort(Attempt& attempt) noexcept override;
  void run(SteadyTime until) noexcept override;
  void wake() noexcept override { waiter_.wake(); }

 private:
  struct Slot;
  using Slots = std::list<Slot>;

  /// An attempt, and what carries it.
  struct Slot final : Http2Transfer {
    Attempt* attempt = nullptr;
    std::unique_ptr<Http1Transfer> http1;   // carries the attempt over HTTP/1.1, if it is set
    Http2Connection* connection = nullptr;  // carries the attempt over HTTP/2, if it is set
    Result<void> outcome;                   // says why, if nothing carried the attempt
    Slots* list = nullptr;
    Slots::iterator position;

    [[nodiscard]] std::string_view authority() const noexcept { return Url(attempt->context().url).authority; }
    [[nodiscard]] bool wants_connection() const noexcept { return attempt->purpose() == Attempt::Purpose::kConnection; }
  };

  [[nodiscard]] Slot& take_slot();
  [[nodiscard]] Result<void> start_http1(Slot& slot, std::unique_ptr<Connection> connection);
  void reserve_events();

  // One turn does these things in this order. Each moves slots that are over to done_.
  void take_opened() noexcept;
  void assign_waiting() noexcept;
  void carry_on(SteadyTime& next) noexcept;
  void ended(Slot& slot) noexcept;
  [[nodiscard]] bool deliver() noexcept;
  void wait(SteadyTime until) noexcept;

  void use(std::unique_ptr<Connection> connection) noexcept;
  void give_up(const Connection& connection, CURLcode code) noexcept;
  void assign(Slot& slot);
  [[nodiscard]] bool may_assign() const noexcept;
  void start_http2(Slot& slot, Http2Connection& connection);
  [[nodiscard]] Result<Response> answer_of(Slot& slot) noexcept;
  void keep(Slot& slot) noexcept;
  void end(Slot& slot, Result<void> outcome) noexcept;
  void move(Slot& slot, Slots& to) noexcept;

  const ConnectionSetup tokens_;
  CurlMulti waiter_;
  Http2Connections connections_;  // the connections that calls share
  const ConnectionOptions keeps_;
  IdlePool<Http1Transfer> kept_;
  Slots idle_;
  Slots waiting_;  // wait for a connection, or for room on one
  Slots http1_;
  Slots http2_;
  Slots done_;  // have an outcome that is to be delivered
  std::vector<curl_waitfd> events_;
};

}  // namespace easypost_connect::internal
