// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <easypost_connect/transport.hpp>

#include "auth/token_carrier.hpp"

namespace easypost_connect::test_support {

/// Carries each token request over a blocking transport, on a thread of its own. Its end waits for all of them.
class ThreadedCarrier final : public internal::TokenCarrier {
 public:
  explicit ThreadedCarrier(std::shared_ptr<Transport> transport) : transport_(std::move(transport)) {}
  ~ThreadedCarrier() override {
    while (!take_flights().empty()) {  // the end of one may be the beginning of another
    }
  }

  void carry(internal::TokenRequest request, Outcome outcome) override {
    const auto token = std::make_shared<internal::TokenRequest>(std::move(request));
    const std::lock_guard lock(mutex_);
    flights_.push_back(std::async(std::launch::async, [this, token, outcome = std::move(outcome)] {
      outcome(transport_->send(token->request, token->context));
    }));
  }

 private:
  std::vector<std::future<void>> take_flights() {
    const std::lock_guard lock(mutex_);
    return std::exchange(flights_, {});
  }

  std::shared_ptr<Transport> transport_;
  std::mutex mutex_;
  std::vector<std::future<void>> flights_;
};

}  // namespace easypost_connect::test_support
