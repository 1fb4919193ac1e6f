// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io_loop.hpp"
#include "fake_async_transport.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

/// Hands token requests over to the loop as soon as it is asked to take orders.
class OrderBook final : public TokenCarrier {
 public:
  void carry(TokenRequest request, Outcome outcome) override {
    orders.emplace_back(std::move(request), std::move(outcome));
  }
  Errands orders;
};

struct Patience {
  std::chrono::milliseconds timeout = 1h;
  CancellationToken cancellation{};
};

/// A loop that a test turns by hand; two calls may be in flight.
class IoLoop : public ::testing::Test {
 protected:
  IoLoop() {
    auto transport = std::make_unique<FakeAsyncTransport>();
    transport_ = transport.get();
    loop_.emplace(IoParts{nullptr, tokens_, clock_, nullptr, 2}, std::move(transport), carrier_, [] {});
  }

  void add(const std::string& path, Patience patience = {}) {
    CallContext context;
    context.url = path;
    context.deadline = clock_->now().steady + patience.timeout;
    Request request{Method::kGet, path, {}, {}};
    request.options.cancellation = std::move(patience.cancellation);
    auto place = pending_->enter(context.deadline, {});
    ASSERT_THAT(place, IsOk());
    AsyncCalls call;
    call.emplace_back(
        nullptr, policies_, std::move(request), std::move(context),
        [this, path](Result<Response> result) { ended_.emplace_back(path, std::move(result)); }, *std::move(place));
    loop_->add(std::move(call));
  }

  /// As the engine's thread does.
  void turn() {
    loop_->complete();
    loop_->add(std::move(carrier_.orders));
    loop_->advance();
    loop_->run();
    loop_->complete();
  }

  void bring_token() {
    turn();
    transport_->answer(token_answer(kToken));
    turn();
    turn();
    transport_->started.clear();
  }

  void expect_cancelled(const std::string& path) {
    caller_.cancel();
    loop_->end_cancelled();
    loop_->complete();
    ASSERT_EQ(ended_.size(), 1U);
    EXPECT_EQ(ended_[0].first, path);
    EXPECT_THAT(ended_[0].second, IsError(ErrorCode::kCancelled));
  }

  /// Adds a call whose first attempt is under way, and the token too.
  void add_in_flight(const std::string& path, Patience patience = {}) {
    add(path, std::move(patience));
    bring_token();
  }

  static double most() { return 0.999; }

  const CallPolicies policies_{ApiKeyInjector(Secret(kApiKey)), BearerAuthorizer(), RetryPolicy(RetryOptions(), most)};
  const CancellationSource caller_;
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<PendingCalls> pending_ =
      std::make_shared<PendingCalls>(AsyncOptions(), std::make_shared<ClientThreads>());
  std::shared_ptr<ClientCredentialsTokenProvider> tokens_ = std::make_shared<ClientCredentialsTokenProvider>(
      ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()), clock_, nullptr, 10s, most);
  OrderBook carrier_;
  FakeAsyncTransport* transport_ = nullptr;
  std::optional<internal::IoLoop> loop_;
  std::vector<std::pair<std::string, Result<Response>>> ended_;
};

}  // namespace easypost_connect::unit_test
