// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "threaded_grant.hpp"
#include "token/token_provider.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

/// Holds a reply back until the test opens the gate. It tells when the reply was asked for.
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

/// A provider of the client-credentials grant, whose requests go on threads of their own to a transport without a
/// network.
class TokenProvider : public ::testing::Test {
 protected:
  using Outcome = std::future<Result<AccessToken>>;

  // The provider waits on the real clock.
  static SteadyTime far_away() { return std::chrono::steady_clock::now() + 1h; }
  static SteadyTime passed() { return std::chrono::steady_clock::now() - 1s; }

  Result<AccessToken> get() { return provider_->get(far_away(), {}); }
  [[nodiscard]] bool gets(std::string_view token) {
    return get().value().authorization() == Secret("Bearer " + std::string(token));
  }

  Outcome get_in_another_thread(const CancellationToken& cancellation = {}) {
    return std::async(std::launch::async, [this, cancellation] { return provider_->get(far_away(), cancellation); });
  }

  /// Starts `count` callers that wait for the token of a fetch that the gate holds back.
  std::vector<Outcome> start_fetch_with_callers(Gate& gate, std::size_t count) {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < count; ++i) outcomes.push_back(get_in_another_thread());
    gate.wait_until_reached();
    clock_->wait_for_reads(2 * count);  // a caller reads the clock twice before it waits
    return outcomes;
  }

  std::shared_ptr<internal::TokenProvider> provider_with(std::shared_ptr<Observer> observer) {
    ClientCredentialsGrant grant(std::string(kTokenUrl), oauth_client());
    auto source = std::make_unique<ThreadedGrant>(std::move(grant), transport_, threads_);
    return std::make_shared<internal::TokenProvider>(std::move(source), clock_, std::move(observer), nullptr, 7s,
                                                     least);
  }

  static double least() { return 0.0; }

  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  FetchThreads threads_;
  std::shared_ptr<internal::TokenProvider> provider_ = provider_with(observer_);
};

}  // namespace easypost_connect::unit_test
