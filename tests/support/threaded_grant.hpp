// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <easypost_connect/transport.hpp>

#include "token/client_credentials_grant.hpp"
#include "token/token_source.hpp"

namespace easypost_connect::test_support {

/// Threads for token requests. Its end waits for all of them, so it has to outlive what they use.
class FetchThreads {
 public:
  FetchThreads() = default;
  ~FetchThreads() {
    while (!take_all().empty()) {  // the end of one may be the beginning of another
    }
  }
  FetchThreads(const FetchThreads&) = delete;
  FetchThreads& operator=(const FetchThreads&) = delete;

  template <typename Work>
  void start(Work work) {
    const std::lock_guard lock(mutex_);
    threads_.push_back(std::async(std::launch::async, std::move(work)));
  }

 private:
  std::vector<std::future<void>> take_all() {
    const std::lock_guard lock(mutex_);
    return std::exchange(threads_, {});
  }

  std::mutex mutex_;
  std::vector<std::future<void>> threads_;
};

/// The client-credentials grant over a blocking transport, each request on a thread of its own.
class ThreadedGrant final : public internal::TokenSource {
 public:
  ThreadedGrant(internal::ClientCredentialsGrant grant, std::shared_ptr<Transport> transport, FetchThreads& threads)
      : grant_(std::make_shared<internal::ClientCredentialsGrant>(std::move(grant))),
        transport_(std::move(transport)),
        threads_(threads) {}

  void fetch(const internal::FetchFacts& facts, Done done) override {
    threads_.start([grant = grant_, transport = transport_, facts, done = std::move(done)] {
      const internal::TokenRequest token = grant->request(facts.deadline);
      done(grant->token(transport->send(token.request, token.context), facts.now));
    });
  }

 private:
  const std::shared_ptr<const internal::ClientCredentialsGrant> grant_;
  const std::shared_ptr<Transport> transport_;
  FetchThreads& threads_;
};

}  // namespace easypost_connect::test_support
