// SPDX-License-Identifier: Apache-2.0
// A credential source that is asked again, without the thread that does so.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "rotation/rotation.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

/// Writes down "reloaded 2" and "refused 1: The vault is sealed."
class CredentialEvents : public Observer {
 public:
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    const std::string generation = std::to_string(event.generation);
    lines.push_back(event.error != nullptr ? "refused " + generation + ": " + event.error->message
                                           : "reloaded " + generation);
  }
  std::vector<std::string> lines;
};

class SourceWatch : public ::testing::Test {
 protected:
  SourceWatch() {
    options_.credentials = {};
    options_.credential_source = [this] { return ++asked_, answer_(); };
    gives("canary-secret-first");
    transport_->always([this](const SentRequest& sent) -> Result<Response> {
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(status_);
    });
  }

  static Credentials with_api_key(std::string_view key) {
    Credentials credentials = client_options(nullptr).credentials;
    credentials.api_key = Secret(key);
    return credentials;
  }
  void gives(std::string_view key, std::optional<std::chrono::seconds> look_again_after = std::nullopt) {
    answer_ = [=, key = std::string(key)] { return SourcedCredentials(with_api_key(key), look_again_after); };
  }
  void fails(const char* message) {
    answer_ = [=] {
      return SourcedCredentials(make_error(ErrorCode::kConnection, Factor::kNetwork, message, "Wait for it."));
    };
  }

  /// Begins as ConnectClient::create() does.
  Rotation& rotation() {
    if (rotation_) return *rotation_;
    auto first = ask_source(options_, {});
    auto loaded = load_credentials(options_, *first.credentials, {}, std::chrono::system_clock::now(), {}).value();
    loaded.look_again_after = first.look_again_after;
    rotation_ = Rotation::begin(ClientScope{std::make_shared<const ClientOptions>(options_),
                                            std::make_shared<const SystemClock>(), events_},
                                std::move(loaded))
                    .value();
    return *rotation_;
  }
  std::string api_key_in_use() { return std::string(rotation().current()->credentials().given.api_key.expose()); }

  int asked_ = 0;
  int status_ = 200;
  std::function<SourcedCredentials()> answer_;
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<CredentialEvents> events_ = std::make_shared<CredentialEvents>();
  ClientOptions options_ = client_options(transport_);

 private:
  std::shared_ptr<Rotation> rotation_;
};

TEST_F(SourceWatch, WhatIsUnchangedIsLeftAlone) {
  rotation().look();
  rotation().look();
  EXPECT_EQ(asked_, 3);
  EXPECT_EQ(rotation().status().generation, 1U);
  EXPECT_THAT(events_->lines, IsEmpty());
}

TEST_F(SourceWatch, WhatIsNewIsTaken) {
  rotation();
  gives("canary-secret-second");
  rotation().look();
  rotation().look();
  EXPECT_EQ(api_key_in_use(), "canary-secret-second");
  EXPECT_THAT(events_->lines, ElementsAre("reloaded 2"));
}

TEST_F(SourceWatch, EveryMemberOfTheCredentialsCounts) {
  const std::vector<std::function<void(Credentials&)>> changes = {
      [](Credentials& credentials) { credentials.api_key = Secret("canary-secret-other"); },
      [](Credentials& credentials) { credentials.oauth_client.id = "partner-2"; },
      [](Credentials& credentials) { credentials.oauth_client.secret = Secret("canary-secret-other"); },
      [](Credentials& credentials) { credentials.oauth_client.scope = "jobs"; },
      [](Credentials& credentials) { credentials.oauth_client.present_client_certificate = true; },
      [](Credentials& credentials) { credentials.oauth_client.authentication = ClientAuthentication::kSecretBasic; },
      [](Credentials& credentials) { credentials.client_certificate.passphrase = Secret("canary-secret-other"); },
      [](Credentials& credentials) {  // a part that goes from one text into the next
        credentials.oauth_client.id = std::string(kClientId) + std::string(1, kClientSecret.front());
        credentials.oauth_client.secret = Secret(kClientSecret.substr(1));
      },
  };
  rotation();
  std::uint64_t generation = 1;
  for (const auto& change : changes) {
    answer_ = [&] {
      Credentials credentials = with_api_key("canary-secret-first");
      change(credentials);
      return credentials;
    };
    rotation().look();
    EXPECT_EQ(rotation().status().generation, ++generation);
  }
}

TEST_F(SourceWatch, AFailureIsToldOnceAndChangesNothing) {
  rotation();
  fails("The vault is sealed.");
  for (int i = 0; i < 3; ++i) rotation().look();
  fails("The vault is gone.");
  rotation().look();
  gives("canary-secret-first");
  rotation().look();
  fails("The vault is gone.");
  rotation().look();
  EXPECT_THAT(events_->lines, ElementsAre("refused 1: The vault is sealed.", "refused 1: The vault is gone.",
                                          "refused 1: The vault is gone."));
  EXPECT_EQ(api_key_in_use(), "canary-secret-first");
}

TEST_F(SourceWatch, AFailureQuotesNoSecret) {
  rotation();
  fails("canary-secret-first is too old.");
  rotation().look();
  ASSERT_EQ(events_->lines.size(), 1U);
  EXPECT_THAT(events_->lines[0], ::testing::Not(::testing::HasSubstr("canary-secret")));
}

TEST_F(SourceWatch, WhatIsRefusedIsTriedAgainAtEachLook) {
  options_.reload.probe_path = "/jobs";
  rotation();
  gives("canary-secret-second");
  status_ = 403;
  rotation().look();
  rotation().look();
  EXPECT_EQ(events_->lines.size(), 1U);
  EXPECT_EQ(api_key_in_use(), "canary-secret-first");
  status_ = 200;
  rotation().look();
  EXPECT_EQ(events_->lines.back(), "reloaded 2");
}

TEST_F(SourceWatch, CredentialsOfTheCallerStayUntilTheSourceHasOthers) {
  rotation();
  EXPECT_THAT(rotation().reload(with_api_key("canary-secret-of-caller")), IsOk());
  rotation().look();
  EXPECT_EQ(api_key_in_use(), "canary-secret-of-caller");
  gives("canary-secret-second");
  rotation().look();
  EXPECT_EQ(api_key_in_use(), "canary-secret-second");
}

TEST_F(SourceWatch, AReloadTakesWhatTheSourceGivesAlsoIfUnchanged) {
  EXPECT_EQ(rotation().reload(std::nullopt).value().generation, 2U);
  rotation().look();
  EXPECT_EQ(rotation().status().generation, 2U);
}

TEST_F(SourceWatch, ALookWithinALookIsLeftOut) {
  rotation();
  answer_ = [this] {
    rotation().look();
    return with_api_key("canary-secret-second");
  };
  rotation().look();
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(api_key_in_use(), "canary-secret-second");
}

// --- what a source may return

TEST(SourcedCredentials, ComeFromWhateverASourceReturns) {
  const CredentialSource sources[] = {
      [] { return Credentials(); },
      []() -> Result<Credentials> { return Credentials(); },
      []() -> SourcedCredentials { return Credentials(); },
      []() -> SourcedCredentials {
        return {Credentials(), 5min};
      },
      std::function<Result<Credentials>()>([] { return Credentials(); }),
  };
  for (const auto& source : sources) EXPECT_THAT(source().credentials, IsOk());
  EXPECT_EQ(sources[0]().look_again_after, std::nullopt);
  EXPECT_EQ(sources[3]().look_again_after, 300s);
  const CredentialSource failing[] = {
      [] { return Error(); },
      []() -> Result<Credentials> { return Error(); },
      []() -> SourcedCredentials { return Error(); },
  };
  for (const auto& source : failing) EXPECT_FALSE(source().credentials.has_value());
}

}  // namespace
}  // namespace easypost_connect::unit_test
