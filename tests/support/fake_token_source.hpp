// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "token/token_source.hpp"

namespace easypost_connect::test_support {

/// Fetches show a test what its FakeTokenSource was asked for, and let it end them. They outlive the source, which a
/// provider owns.
struct Fetches {
  struct Fetch {
    internal::FetchFacts facts;
    internal::TokenSource::Done done;
  };

  /// Ends a fetch.
  void end(std::size_t index, Result<internal::AccessToken> outcome) {
    const auto done = all.at(index).done;  // a copy: the next fetch may move the vector
    done(std::move(outcome));
  }
  [[nodiscard]] std::size_t count() const noexcept { return all.size(); }

  std::vector<Fetch> all;
  std::function<void()> on_fetch;  ///< runs within each fetch(), before it counts; what it throws goes to the caller
};

/// A token source without a network: a fetch stays under way until the test ends it. One thread at a time.
class FakeTokenSource final : public internal::TokenSource {
 public:
  explicit FakeTokenSource(std::shared_ptr<Fetches> fetches) : fetches_(std::move(fetches)) {}

  void fetch(const internal::FetchFacts& facts, Done done) override {
    if (fetches_->on_fetch) fetches_->on_fetch();
    fetches_->all.push_back({facts, std::move(done)});
  }

 private:
  const std::shared_ptr<Fetches> fetches_;
};

}  // namespace easypost_connect::test_support
