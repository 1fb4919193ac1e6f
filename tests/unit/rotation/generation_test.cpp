// SPDX-License-Identifier: Apache-2.0
#include "rotation/generation.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

class Generation : public ::testing::Test {
 protected:
  Generation() {
    transport_->always([](const SentRequest& sent) -> Result<Response> {
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(200);
    });
  }

  [[nodiscard]] internal::Generation make() const {
    auto options = std::make_shared<const ClientOptions>(client_options(transport_));
    return {ClientScope{options, clock_, nullptr}, ProcessScope{end_.token(), threads_},
            LoadedCredentials{options->credentials, {}, nullptr, {}}, 1};
  }

  static CallContext context() {
    CallContext context;
    context.url = std::string(kApiUrl) + "/jobs";
    context.deadline = std::chrono::steady_clock::now() + 1h;
    return context;
  }

  std::shared_ptr<const SystemClock> clock_ = std::make_shared<const SystemClock>();
  CancellationSource end_;
  std::shared_ptr<ClientThreads> threads_ = std::make_shared<ClientThreads>();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  Request request_{Method::kGet, "/jobs", {}, {}};
};

TEST_F(Generation, UsesTheGivenTransportForTokensAndCalls) {
  const auto generation = make();
  EXPECT_THAT(generation.call(request_, context()), IsOk());
  ASSERT_EQ(transport_->count(), 2U);
  EXPECT_EQ(transport_->requests()[0].url, kTokenUrl);
  EXPECT_EQ(transport_->requests()[1].credentials.size(), 2U);
}

TEST_F(Generation, LimitsTokenRequestsAndAttempts) {
  const auto generation = make();
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(generation.call(request_, context()), IsOk());
  const auto after = std::chrono::steady_clock::now();
  ASSERT_EQ(transport_->count(), 2U);
  const auto token_deadline = transport_->requests()[0].deadline;
  EXPECT_TRUE(before + 10s <= token_deadline && token_deadline <= after + 10s);
  const auto attempt_deadline = transport_->requests()[1].deadline;
  EXPECT_TRUE(before + 35s <= attempt_deadline && attempt_deadline <= after + 35s);
}

TEST_F(Generation, AnUploadNeedsNoTokenAndCarriesNone) {
  const auto generation = make();
  EXPECT_THAT(generation.upload(request_, context()), IsOk());
  ASSERT_EQ(transport_->count(), 1U);
  EXPECT_TRUE(transport_->requests()[0].credentials.empty());
}

TEST_F(Generation, SharesNoTokenWithAnother) {
  const auto first = make();
  const auto second = make();
  EXPECT_THAT(first.call(request_, context()), IsOk());
  EXPECT_THAT(second.call(request_, context()), IsOk());
  EXPECT_EQ(transport_->count(), 4U);
}

/// A reply that waits until the call is cancelled. It tells when it was asked for.
FakeTransport::Reply until_cancelled(std::promise<void>& reached) {
  return [&reached](const SentRequest& sent) -> Result<Response> {
    std::promise<void> woken;
    const CancellationCallback wake(sent.cancellation, [&] { woken.set_value(); });
    reached.set_value();
    woken.get_future().wait();
    return failure(ErrorCode::kCancelled, Factor::kRequest);
  };
}

TEST_F(Generation, TheEndCancelsCallsUnderWay) {
  const auto generation = make();
  EXPECT_THAT(generation.call(request_, context()), IsOk());
  std::promise<void> reached;
  transport_->reply(until_cancelled(reached));
  auto call = std::async(std::launch::async, [&] { return generation.call(request_, context()); });
  reached.get_future().wait();
  end_.cancel();
  EXPECT_THAT(call.get(), IsError(ErrorCode::kCancelled));
}

TEST_F(Generation, ACallerCancelsOnlyItsOwnCall) {
  const auto generation = make();
  EXPECT_THAT(generation.call(request_, context()), IsOk());
  std::promise<void> reached;
  transport_->reply(until_cancelled(reached));
  const CancellationSource caller;
  Request cancellable = request_;
  cancellable.options.cancellation = caller.token();
  auto call = std::async(std::launch::async, [&] { return generation.call(cancellable, context()); });
  reached.get_future().wait();
  EXPECT_THAT(generation.call(request_, context()), IsOk());
  caller.cancel();
  EXPECT_THAT(call.get(), IsError(ErrorCode::kCancelled));
  EXPECT_THAT(generation.call(request_, context()), IsOk());
}

TEST_F(Generation, TheEndReachesACallThatHasACancellationOfItsOwn) {
  const auto generation = make();
  EXPECT_THAT(generation.call(request_, context()), IsOk());
  std::promise<void> reached;
  transport_->reply(until_cancelled(reached));
  const CancellationSource caller;
  Request cancellable = request_;
  cancellable.options.cancellation = caller.token();
  auto call = std::async(std::launch::async, [&] { return generation.call(cancellable, context()); });
  reached.get_future().wait();
  end_.cancel();
  EXPECT_THAT(call.get(), IsError(ErrorCode::kCancelled));
}

}  // namespace
}  // namespace easypost_connect::unit_test
