// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "auth/client_credentials_token_provider.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "threaded_carrier.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

/// Holds a reply back until the test opens it; tells when the reply was asked for.
class Gate {
 public:
  [[nodiscard]] FakeTransport::Reply before(Result<Response> result) {
    return [this, result = std::move(result)](const SentRequest&) {
      reached_.set_value();
      opened_.get_future().wait();
      return result;
    };
  }
  void wait_until_reached() { reached_.get_future().wait(); }
  void open() { opened_.set_value(); }

 private:
  std::promise<void> reached_;
  std::promise<void> opened_;
};

/// Counts the token requests that it is told of.
class TokenRequests final : public Observer {
 public:
  void token_fetched(const TokenEvent& event) noexcept override {
    event.error != nullptr ? ++failures : ++tokens;
    life = event.life;
  }
  std::atomic<int> tokens{0};
  std::atomic<int> failures{0};
  std::chrono::seconds life{0};
};

/// A provider whose flights are carried on threads, to a transport without a network.
class ClientCredentialsTokenProvider : public ::testing::Test {
 protected:
  using Outcome = std::future<Result<AccessToken>>;

  // The provider waits on the real clock.
  static SteadyTime far_away() { return std::chrono::steady_clock::now() + 1h; }
  static SteadyTime passed() { return std::chrono::steady_clock::now() - 1s; }

  Result<AccessToken> get() { return provider_->get(far_away(), {}, carrier_); }
  [[nodiscard]] bool gets(std::string_view token) {
    return get().value().authorization() == Secret("Bearer " + std::string(token));
  }

  Outcome get_in_another_thread(const CancellationToken& cancellation = {}) {
    return std::async(std::launch::async,
                      [this, cancellation] { return provider_->get(far_away(), cancellation, carrier_); });
  }

  /// A flight held back by the gate, and `count` callers that have asked for its token.
  std::vector<Outcome> start_flight_with_callers(Gate& gate, std::size_t count) {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < count; ++i) outcomes.push_back(get_in_another_thread());
    gate.wait_until_reached();
    clock_->wait_for_reads(2 * count);  // a caller reads the clock twice before it waits
    return outcomes;
  }

  static double least() { return 0.0; }

  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<TokenRequests> observer_ = std::make_shared<TokenRequests>();
  std::unique_ptr<internal::ClientCredentialsTokenProvider> provider_ =
      std::make_unique<internal::ClientCredentialsTokenProvider>(
          ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()), clock_, observer_, 7s, least);
  ThreadedCarrier carrier_{transport_};
};

}  // namespace easypost_connect::unit_test
