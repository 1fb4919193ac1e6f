// SPDX-License-Identifier: Apache-2.0
// Token sources that the client does not have, as others would write them: a store before a source, another grant.
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "fake_clock.hpp"
#include "fake_token_source.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "token/client_credentials_grant.hpp"
#include "token/token_provider.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::HasSubstr;

/// Where the clients of a fleet leave their token for each other. It keeps what a file or Redis could keep: the text,
/// and the end on the wall clock.
class SharedStore {
 public:
  void put(const AccessToken& token) {
    const std::lock_guard lock(mutex_);
    text_ = token.text();
    life_ = token.life();
    expires_at_ = token.expires_at().wall;
  }

  /// Returns the token if at least half of its life is left and it is not the one that was refused.
  std::optional<AccessToken> find(const FetchFacts& facts) {
    const std::lock_guard lock(mutex_);
    const auto left = std::chrono::floor<std::chrono::seconds>(expires_at_ - facts.now.wall);
    if (text_.empty() || left < life_ / 2) return std::nullopt;
    const AccessToken token(text_, facts.now, left);
    return facts.refused == token ? std::nullopt : std::optional(token);
  }

 private:
  std::mutex mutex_;
  std::string text_;
  std::chrono::seconds life_{0};
  WallTime expires_at_;
};

/// Asks the store first, and leaves there what another source gives.
class StoredTokens final : public TokenSource {
 public:
  StoredTokens(std::shared_ptr<SharedStore> store, std::unique_ptr<TokenSource> otherwise)
      : store_(std::move(store)), otherwise_(std::move(otherwise)) {}

  void fetch(const FetchFacts& facts, Done done) override {
    if (auto token = store_->find(facts)) return done(*std::move(token));
    otherwise_->fetch(facts, [store = store_, done = std::move(done)](Result<AccessToken> outcome) {
      if (outcome) store->put(*outcome);
      done(std::move(outcome));
    });
  }

 private:
  const std::shared_ptr<SharedStore> store_;
  const std::unique_ptr<TokenSource> otherwise_;
};

/// Two clients that share a store; each can fetch a token by itself.
class StoreBeforeASource : public ::testing::Test {
 protected:
  struct Client {
    std::shared_ptr<Fetches> fetches = std::make_shared<Fetches>();
    std::shared_ptr<TokenProvider> tokens;
  };

  Client client() {
    Client made;
    auto source = std::make_unique<StoredTokens>(store_, std::make_unique<FakeTokenSource>(made.fetches));
    made.tokens = std::make_shared<TokenProvider>(std::move(source), clock_, nullptr);
    return made;
  }

  [[nodiscard]] AccessToken token(std::string_view text) const { return {text, clock_->now(), 1000s}; }

  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<SharedStore> store_ = std::make_shared<SharedStore>();
  Client one_ = client();
  Client other_ = client();
};

TEST_F(StoreBeforeASource, GivesTheTokenOfOneClientToTheOther) {
  EXPECT_FALSE(one_.tokens->get_now());
  one_.fetches->end(0, token(kToken));
  const auto shared = other_.tokens->get_now();  // the store answers at once, within the fetch
  ASSERT_TRUE(shared && *shared);
  EXPECT_TRUE(**shared == token(kToken));
  EXPECT_EQ(other_.fetches->count(), 0U);
}

TEST_F(StoreBeforeASource, LeavesASharedTokenItsOwnEnd) {
  EXPECT_FALSE(one_.tokens->get_now());
  one_.fetches->end(0, token(kToken));
  clock_->advance(400s);
  EXPECT_THAT(*other_.tokens->get_now(), IsOk());
  EXPECT_EQ(other_.tokens->life_left(clock_->now()), 600s);
}

TEST_F(StoreBeforeASource, DoesNotGiveARefusedTokenAgain) {
  EXPECT_FALSE(one_.tokens->get_now());
  one_.fetches->end(0, token(kToken));
  EXPECT_THAT(*other_.tokens->get_now(), IsOk());
  other_.tokens->invalidate(token(kToken));
  EXPECT_FALSE(other_.tokens->get_now());
  ASSERT_EQ(other_.fetches->count(), 1U);
  EXPECT_TRUE(other_.fetches->all[0].facts.refused == token(kToken));
  other_.fetches->end(0, token(kOtherToken));
  EXPECT_TRUE(**other_.tokens->get_now() == token(kOtherToken));
}

TEST_F(StoreBeforeASource, PassesAFailureOn) {
  EXPECT_FALSE(one_.tokens->get_now());
  one_.fetches->end(0, failure(ErrorCode::kTokenRefused));
  EXPECT_THAT(*one_.tokens->get_now(), IsError(ErrorCode::kTokenRefused));
}

TEST_F(StoreBeforeASource, LetsALostRequestBeMadeOnceMore) {
  EXPECT_FALSE(one_.tokens->get_now());
  one_.fetches->end(0, no_answer_in_time());
  ASSERT_EQ(one_.fetches->count(), 2U);
  one_.fetches->end(1, token(kToken));
  EXPECT_THAT(*one_.tokens->get_now(), IsOk());
}

TEST_F(StoreBeforeASource, MayEndAFetchAfterItsProvider) {
  EXPECT_FALSE(one_.tokens->get_now());
  one_.tokens.reset();
  one_.fetches->end(0, token(kToken));
  EXPECT_TRUE(**other_.tokens->get_now() == token(kToken));  // the token was stored all the same
}

/// The grant with a signed assertion instead of a secret (RFC 7523, section 2.2), as far as a source goes: the
/// assertion is not encoded, and its signature is made up.
class AssertionGrant final : public TokenSource {
 public:
  explicit AssertionGrant(std::shared_ptr<Transport> transport) : transport_(std::move(transport)) {}

  void fetch(const FetchFacts& facts, Done done) override {
    std::string body;
    append_form_field(body, "grant_type", "client_credentials");
    append_form_field(body, "client_assertion", assertion(facts.now.wall));
    CallContext context;
    context.url = kTokenUrl;
    context.content_type = "application/x-www-form-urlencoded";
    context.deadline = facts.deadline;
    context.max_response_bytes = 10'000;
    auto answer = transport_->send({Method::kPost, "", Body(std::move(body)), {}}, context);
    if (!answer) return done(std::move(answer).error());
    done(parse_token_response(*std::move(answer), facts.now));
  }

 private:
  static std::string assertion(WallTime now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return "iat=" + std::to_string(seconds) + " exp=" + std::to_string(seconds + 60) + " signature";
  }

  const std::shared_ptr<Transport> transport_;
};

TEST(AnotherGrant, KnowsTheTimeAndTheDeadline) {
  const auto clock = std::make_shared<FakeClock>();
  const auto transport = std::make_shared<FakeTransport>();
  transport->reply(token_answer(kToken));
  const auto tokens = std::make_shared<TokenProvider>(std::make_unique<AssertionGrant>(transport), clock, nullptr);
  const auto token = tokens->get_now();
  ASSERT_TRUE(token && *token);
  EXPECT_EQ((*token)->text(), kToken);
  const SentRequest sent = transport->requests().front();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock->now().wall.time_since_epoch());
  EXPECT_THAT(sent.body, HasSubstr("iat%3D" + std::to_string(now.count())));
  EXPECT_EQ(sent.deadline, clock->now().steady + TokenProvider::kFetchTime);
}

}  // namespace
}  // namespace easypost_connect::unit_test
