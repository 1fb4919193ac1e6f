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
/// server speaks HTTP/1.1 only, each has a connection of its own, and `max_idle` are kept.
class MultiTransport final : public AsyncTransport {
 public:
  /// Calls go with one identity, token requests with the other; they never meet on a connection.
  struct Identities {
    std::shared_ptr<const TlsIdentity> calls;
    std::shared_ptr<const TlsIdentity> tokens;
  };

  MultiTransport(Identities identities, std::chrono::milliseconds connect_timeout, std::size_t max_idle);
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
  void keep(RidePtr ride);

  Identities identities_;
  std::chrono::milliseconds connect_timeout_;
  AcceptingHosts accept_calls_;
  AcceptingHosts accept_tokens_;
  CurlMultiPtr multi_;
  std::vector<RidePtr> under_way_;
  std::vector<RidePtr> idle_;  // of calls; the one used last is used first
  std::vector<std::pair<Exchange*, Error>> refused_;
};

}  // namespace easypost_connect::internal
