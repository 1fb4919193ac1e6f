// SPDX-License-Identifier: Apache-2.0
#include "rotation/rotation.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

namespace {

class Rotation : public ::testing::Test {
 protected:
  Rotation() {
    transport_->always([](const SentRequest& sent) -> Result<Response> {
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(200);
    });
  }

  internal::Rotation& generations() {
    if (!generations_) {
      const Credentials given = options_.credentials;
      generations_ =
          internal::Rotation::begin(ClientScope{std::make_shared<const ClientOptions>(options_), clock_, events_},
                                    LoadedCredentials{given, {}, nullptr, {}})
              .value();
    }
    return *generations_;
  }

  static Credentials with_api_key(std::string_view key) {
    Credentials credentials = client_options(nullptr).credentials;
    credentials.api_key = Secret(key);
    return credentials;
  }

  /// Makes a call now, and returns the API key that it sent.
  std::string api_key_sent() {
    const Request request{Method::kGet, "/jobs", {}, {}};
    CallContext context;
    context.url = std::string(kApiUrl) + "/jobs";
    context.deadline = std::chrono::steady_clock::now() + 1h;  // a wait for a token is in real time
    EXPECT_THAT(generations().current()->call(request, std::move(context)), IsOk());
    return transport_->requests().back().credentials.front().second;
  }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<const Clock> clock_ = std::make_shared<SystemClock>();
  std::shared_ptr<RecordingObserver> events_ =
      std::make_shared<RecordingObserver>(std::vector<std::string>{"credentials_reloaded", "credentials_retired"});
  ClientOptions options_ = client_options(transport_);

 private:
  std::shared_ptr<internal::Rotation> generations_;
};

TEST_F(Rotation, ANewOneIsUsedFromTheNextCallOn) {
  EXPECT_EQ(api_key_sent(), kApiKey);
  const auto status = generations().reload(with_api_key("canary-secret-second"));
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->generation, 2U);
  EXPECT_EQ(api_key_sent(), "canary-secret-second");
}

TEST_F(Rotation, ANewOneFetchesATokenOfItsOwn) {
  api_key_sent();
  EXPECT_THAT(generations().reload(with_api_key("canary-secret-second")), IsOk());
  EXPECT_EQ(generations().status().token_left, std::nullopt);
  api_key_sent();
  EXPECT_NE(generations().status().token_left, std::nullopt);
}

TEST_F(Rotation, TheOldOneIsRetiredWhenItsLastCallIsOver) {
  auto call_under_way = generations().current();
  EXPECT_THAT(generations().reload(with_api_key("canary-secret-second")), IsOk());
  EXPECT_THAT(events_->lines(), ElementsAre("credentials_reloaded 2"));
  call_under_way.reset();
  EXPECT_THAT(events_->lines(), ElementsAre("credentials_reloaded 2", "credentials_retired 1"));
}

TEST_F(Rotation, AnIdleOldOneIsRetiredBehindTheNewsOfTheNewOne) {
  EXPECT_THAT(generations().reload(with_api_key("canary-secret-second")), IsOk());
  EXPECT_THAT(events_->lines(), ElementsAre("credentials_reloaded 2", "credentials_retired 1"));
}

TEST_F(Rotation, TheEndRetiresNothing) {
  api_key_sent();
  generations().end();
  EXPECT_THAT(events_->lines(), IsEmpty());
}

TEST_F(Rotation, UnusableCredentialsChangeNothing) {
  EXPECT_THAT(generations().reload(with_api_key("")), AllOf(IsError(ErrorCode::kInvalidCredential), Says("api_key")));
  EXPECT_THAT(events_->lines(), ElementsAre("credentials_reloaded 1 failed"));
  EXPECT_EQ(generations().status().generation, 1U);
  EXPECT_EQ(api_key_sent(), kApiKey);
}

TEST_F(Rotation, AreAskedOfTheSource) {
  options_.credential_source = [] { return with_api_key("canary-secret-from-source"); };
  EXPECT_THAT(generations().reload(std::nullopt), IsOk());
  EXPECT_EQ(api_key_sent(), "canary-secret-from-source");
}

TEST_F(Rotation, AFailingSourceChangesNothing) {
  options_.credential_source = []() -> Result<Credentials> { throw std::runtime_error("the vault is sealed"); };
  EXPECT_THAT(generations().reload(std::nullopt),
              AllOf(IsError(ErrorCode::kInvalidCredential), Says("credential_source"), Says("the vault is sealed")));
  EXPECT_EQ(api_key_sent(), kApiKey);
}

TEST_F(Rotation, ASourceThatGaveUpByItselfIsToldOf) {
  options_.credential_source = []() -> Result<Credentials> { return failure(ErrorCode::kCancelled); };
  EXPECT_THAT(generations().reload(std::nullopt), IsError(ErrorCode::kCancelled));
  EXPECT_THAT(events_->lines(), ElementsAre("credentials_reloaded 1 failed"));
}

TEST_F(Rotation, AFailingSourceQuotesNoSecretThatItGaveBefore) {
  options_.credential_source = []() -> Result<Credentials> {
    throw std::runtime_error("no successor of " + std::string(kApiKey) + " yet");
  };
  EXPECT_THAT(generations().reload(std::nullopt),
              AllOf(Says("no successor of"), Says("[left out"), Not(Says(kApiKey))));
}

TEST_F(Rotation, AProbeProvesTheNewOneBeforeItIsUsed) {
  options_.reload.probe_path = "/jobs";
  EXPECT_THAT(generations().reload(with_api_key("canary-secret-second")), IsOk());
  ASSERT_EQ(transport_->count(), 2U);  // a token request, and the probe
  EXPECT_EQ(transport_->requests()[1].url, std::string(kApiUrl) + "/jobs");
  EXPECT_EQ(transport_->requests()[1].credentials.front().second, "canary-secret-second");
}

TEST_F(Rotation, ARefusedProbeChangesNothing) {
  options_.reload.probe_path = "/jobs";
  EXPECT_EQ(api_key_sent(), kApiKey);
  transport_->reply([](const SentRequest&) -> Result<Response> { return token_answer(kToken); });
  transport_->reply([](const SentRequest&) -> Result<Response> { return answer(403); });
  EXPECT_THAT(generations().reload(with_api_key("canary-secret-second")),
              AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kApiKey)));
  EXPECT_THAT(events_->lines(), ElementsAre("credentials_reloaded 1 failed"));
  EXPECT_EQ(api_key_sent(), kApiKey);
}

TEST_F(Rotation, AReloadThatWaitsForAnotherEndsWithTheClient) {
  options_.reload.probe_path = "/jobs";
  std::optional<Result<CredentialsStatus>> waiting;
  transport_->reply(token_answer(kToken));
  transport_->reply([&](const SentRequest&) -> Result<Response> {
    std::thread other([&] { waiting = generations().reload(with_api_key("canary-secret-third")); });
    generations().end();
    other.join();
    return answer(200);
  });
  static_cast<void>(generations().reload(with_api_key("canary-secret-second")));
  EXPECT_THAT(*waiting, IsError(ErrorCode::kCancelled));
}

TEST_F(Rotation, AReloadWithinAReloadIsRefused) {
  std::optional<Result<CredentialsStatus>> inner;
  options_.credential_source = [&] {
    inner = generations().reload(with_api_key("canary-secret-third"));
    return with_api_key("canary-secret-second");
  };
  EXPECT_THAT(generations().reload(std::nullopt), IsOk());
  EXPECT_THAT(*inner, AllOf(IsError(ErrorCode::kInvalidRequest), Says("would wait for itself")));
  EXPECT_EQ(api_key_sent(), "canary-secret-second");
}

class ReloadsWhenTold final : public Observer {
 public:
  void credentials_reloaded(const CredentialsReloadedEvent& /*event*/) noexcept override {
    if (answers.size() < 10) answers.push_back(generations->reload(std::nullopt));
  }

  internal::Rotation* generations = nullptr;
  std::vector<Result<CredentialsStatus>> answers;
};

TEST(RotationObserver, MayNotReloadWhenItHearsOfAReload) {
  const auto observer = std::make_shared<ReloadsWhenTold>();
  const auto transport = std::make_shared<FakeTransport>();
  ClientOptions options = client_options(transport);
  const Credentials given = options.credentials;
  const auto generations =
      internal::Rotation::begin(ClientScope{std::make_shared<const ClientOptions>(std::move(options)),
                                            std::make_shared<FakeClock>(), observer},
                                LoadedCredentials{given, {}, nullptr, {}})
          .value();
  observer->generations = generations.get();
  Credentials second = given;
  second.api_key = Secret("canary-secret-second");
  EXPECT_THAT(generations->reload(second), IsOk());
  second.api_key = Secret();
  EXPECT_THAT(generations->reload(second), IsError(ErrorCode::kInvalidCredential));
  ASSERT_EQ(observer->answers.size(), 2U);
  for (const auto& answer : observer->answers) EXPECT_THAT(answer, Says("would wait for itself"));
}

TEST_F(Rotation, StatusTellsHowLongTheTokenLasts) {
  const auto clock = std::make_shared<FakeClock>();
  clock_ = clock;
  EXPECT_EQ(generations().status().generation, 1U);
  EXPECT_EQ(generations().status().certificate_left, std::nullopt);
  EXPECT_EQ(generations().status().token_left, std::nullopt);
  api_key_sent();
  const auto whole = generations().status().token_left;
  ASSERT_NE(whole, std::nullopt);
  clock->advance(10s);
  EXPECT_EQ(generations().status().token_left, *whole - 10s);
  clock->advance(*whole);
  EXPECT_EQ(generations().status().token_left, std::nullopt);
}

}  // namespace
}  // namespace easypost_connect::unit_test
