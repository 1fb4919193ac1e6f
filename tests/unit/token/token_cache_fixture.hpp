// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "token/token_cache.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

/// A cache whose fetches a test ends by hand. Its tokens are stale after 800 s, and its pauses are the shortest.
class TokenCache : public ::testing::Test {
 protected:
  using Advice = internal::TokenCache::Advice;

  [[nodiscard]] AccessToken token(std::string_view text, std::chrono::seconds life = 1000s) const {
    return {text, clock_.now(), life};
  }
  Advice ask() { return cache_.ask(clock_.now()); }
  void fetched(Result<AccessToken> outcome) { cache_.fetched(std::move(outcome), clock_.now()); }
  void fail() { fetched(failure(ErrorCode::kConnection)); }

  /// Returns the pause that follows the next failure of an expired cache.
  std::chrono::milliseconds pause_after(const Error& error) {
    EXPECT_EQ(ask(), Advice::kFetch);
    fetched(error);
    EXPECT_EQ(ask(), Advice::kFail);
    const auto pause = cache_.failure(clock_.now()).retry_after.value();
    clock_.advance(pause - 1ms);
    EXPECT_EQ(ask(), Advice::kFail);
    clock_.advance(1ms);
    return pause;
  }

  void fill(const AccessToken& token) {
    ASSERT_EQ(ask(), Advice::kFetch);
    fetched(token);
  }

  /// Has the first token refused, and `successor` in its place.
  void replace(const AccessToken& successor) {
    fill(token(kToken));
    cache_.invalidate(token(kToken));
    fill(successor);
  }

  static double least() { return 0.0; }

  FakeClock clock_;
  internal::TokenCache cache_{least};
};

}  // namespace easypost_connect::unit_test
