// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "transport/async_transport.hpp"
#include "transport/curl_multi.hpp"
#include "transport/curl_transfer.hpp"

namespace easypost_connect::internal {

/// Mutual TLS for many requests at once: one multi handle, and over HTTP/2 one connection for all calls. Where the
/// server speaks HTTP/1.1 only, each has a connection of its own, and as many are kept as blocking calls may keep.
class MultiTransport final : public AsyncTransport {
 public:
  /// Calls go with one identity, token requests with the other; they never meet on a connection.
  struct Setups {
    ConnectionSetup calls;
    ConnectionSetup tokens;
  };

  explicit MultiTransport(Setups setups);
  ~MultiTransport() override;

  void start(Exchange& exchange) override;
  Error abort(Exchange& exchange) override;
  void run(SteadyTime until) override;
  void wake() noexcept override;

 private:
  struct Ride;  // a transfer and whom it carries
  using RidePtr = std::unique_ptr<Ride>;

  [[nodiscard]] RidePtr ride_for(const Exchange& exchange);
  [[nodiscard]] bool deliver();
  void arrive(RidePtr ride, CURLcode code);
  RidePtr take_out(Ride& ride);
  void keep(RidePtr ride, const Exchange& of);

  const Setups setups_;
  CurlMultiPtr multi_;
  std::vector<RidePtr> under_way_;
  std::vector<RidePtr> idle_;  // of calls; the one used last is used first
  std::vector<std::pair<Exchange*, Error>> refused_;
};

}  // namespace easypost_connect::internal
