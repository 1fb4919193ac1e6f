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
#include "token/client_credentials_grant.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

/// The token requests that the loop is to be given as soon as it is asked to take orders.
struct WaitingRequests {
  SideAttempts orders;
};

/// The client-credentials grant, whose requests wait in WaitingRequests.
class OrderedGrant final : public TokenSource {
 public:
  explicit OrderedGrant(std::shared_ptr<WaitingRequests> requests) : requests_(std::move(requests)) {}

  void fetch(const FetchFacts& facts, Done done) override {
    TokenRequest token = grant_->request(facts.deadline);
    auto read_answer = [grant = grant_, form = std::move(token.form), asked_at = facts.now, done = std::move(done)](
                           Result<Response> answer) { done(grant->token(std::move(answer), asked_at)); };
    requests_->orders.emplace_back(std::move(token.request), std::move(token.context), std::move(read_answer));
  }

 private:
  const std::shared_ptr<WaitingRequests> requests_;
  const std::shared_ptr<const ClientCredentialsGrant> grant_ =
      std::make_shared<const ClientCredentialsGrant>(std::string(kTokenUrl), oauth_client());
};

struct Patience {
  std::chrono::milliseconds timeout = 1h;
  CancellationToken cancellation{};
};

/// A loop that a test turns by hand. Two attempts may be under way at once.
class IoLoop : public ::testing::Test {
 protected:
  IoLoop() {
    auto transport = std::make_unique<FakeAsyncTransport>();
    transport_ = transport.get();
    loop_.emplace(LoopScope{nullptr, clock_, nullptr, 2}, std::move(transport), [] {});
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
        nullptr, policies_, *tokens_, std::move(request), std::move(context),
        [this, path](Result<Response> result) { ended_.emplace_back(path, std::move(result)); }, *std::move(place));
    loop_->add(std::move(call));
  }

  /// Turns the loop once, like the engine's thread.
  void turn() {
    loop_->complete();
    loop_->add(std::move(token_requests_->orders));
    if (std::exchange(fetched_, false)) loop_->look_for_tokens();
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

  /// Adds a call, gives it a token, and starts its first attempt.
  void add_in_flight(const std::string& path, Patience patience = {}) {
    add(path, std::move(patience));
    bring_token();
  }

  static double most() { return 0.999; }

  const CallPolicies policies_{ApiKeyAuthorizer(Secret(kApiKey)), BearerAuthorizer(),
                               RetryPolicy(RetryOptions(), most)};
  const CancellationSource caller_;
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<PendingCalls> pending_ =
      std::make_shared<PendingCalls>(AsyncOptions(), std::make_shared<ClientThreads>());
  std::shared_ptr<WaitingRequests> token_requests_ = std::make_shared<WaitingRequests>();
  bool fetched_ = false;
  std::shared_ptr<TokenProvider> tokens_ = std::make_shared<TokenProvider>(
      std::make_unique<OrderedGrant>(token_requests_), clock_, nullptr, [this] { fetched_ = true; }, 10s, most);
  FakeAsyncTransport* transport_ = nullptr;
  std::optional<internal::IoLoop> loop_;
  std::vector<std::pair<std::string, Result<Response>>> ended_;
};

}  // namespace easypost_connect::unit_test
