// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "wire/async_transport.hpp"
#include "wire/curl_multi.hpp"
#include "wire/curl_transfer.hpp"

namespace easypost_connect::internal {

/// Mutual TLS for many requests at once: one multi handle, and over HTTP/2 one connection for all calls but those with
/// large bodies. They, and all where the server speaks HTTP/1.1 only, have a connection each, and as many are
/// kept as blocking calls may keep.
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
  [[nodiscard]] std::optional<Error> refusal() const noexcept { return multi_.refusal(); }

  [[nodiscard]] std::optional<Error> start(Exchange& exchange) override;
  [[nodiscard]] SteadyTime end_of(const Exchange& exchange) const noexcept override;
  Error abort(Exchange& exchange) noexcept override;
  void run(SteadyTime until) noexcept override;
  void wake() noexcept override;

 private:
  struct Ride;  // a transfer and whom it carries
  using RidePtr = std::unique_ptr<Ride>;

  [[nodiscard]] RidePtr ride_for(const Exchange& exchange);
  [[nodiscard]] RidePtr ride_for_call(HttpVersion version);
  [[nodiscard]] std::optional<Error> set_off(Ride& ride, const Exchange& exchange);
  [[nodiscard]] bool deliver() noexcept;
  void arrive(RidePtr ride, CURLcode code) noexcept;
  RidePtr take_out(Ride& ride) noexcept;
  void keep(RidePtr ride) noexcept;

  const Setups setups_;
  CurlMulti multi_;
  // Of HTTP/1.1: one answer of it, and libcurl does not multiplex to that host any more from the same cache.
  CurlSharePtr own_connections_;
  std::vector<RidePtr> under_way_;
  std::vector<RidePtr> idle_;        // of calls; the one used last is used first
  std::vector<RidePtr> idle_http1_;  // likewise
};

}  // namespace easypost_connect::internal
