// SPDX-License-Identifier: Apache-2.0
#include "client/observers.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "unit/client/scoped_environment.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Not;

/// Writes down the names of the events.
class EventNames final : public Observer {
 public:
  void attempt_started(const AttemptEvent& /*event*/) noexcept override { names.emplace_back("attempt_started"); }
  void attempt_finished(const AttemptFinished& /*event*/) noexcept override { names.emplace_back("attempt_finished"); }
  void retry_scheduled(const RetryEvent& /*event*/) noexcept override { names.emplace_back("retry_scheduled"); }
  void token_fetched(const TokenEvent& /*event*/) noexcept override { names.emplace_back("token_fetched"); }
  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    names.emplace_back("certificate_expiring");
    left = event.left;
  }

  std::vector<std::string> names;
  std::chrono::seconds left{0};
};

/// One event of each kind; none is a failure but the retry and the certificate.
void show_everything(Observer& observer) {
  const Error error = failure(ErrorCode::kConnection);
  AttemptFinished finished;
  finished.status_code = 200;
  observer.attempt_started({});
  observer.attempt_finished(finished);
  observer.retry_scheduled({error, 1, 0ms});
  observer.token_fetched({});
  observer.certificate_expiring({0s, 24h});
}

class ChooseObserver : public ::testing::Test {
 protected:
  ChooseObserver() {
    options_.log_sink = [this](std::string_view line) { lines_.emplace_back(line.substr(0, line.find(' '))); };
  }

  ScopedEnvironment environment_;
  ClientOptions options_;
  std::vector<std::string> lines_;
};

TEST_F(ChooseObserver, IsNobodyByDefault) {
  EXPECT_EQ(choose_observer(options_).value(), nullptr);
  environment_.set("LOG", "");
  EXPECT_EQ(choose_observer(options_).value(), nullptr);
}

TEST_F(ChooseObserver, IsTheUsersOwn) {
  options_.observer = std::make_shared<EventNames>();
  EXPECT_EQ(choose_observer(options_).value(), options_.observer);
}

TEST_F(ChooseObserver, IsTheLoggerAtTheLevelOfTheVariable) {
  environment_.set("LOG", "error");
  show_everything(*choose_observer(options_).value());
  EXPECT_THAT(lines_, ElementsAre("certificate_expiring"));
  lines_.clear();
  environment_.set("LOG", "info");
  show_everything(*choose_observer(options_).value());
  EXPECT_THAT(lines_, ElementsAre("attempt_finished", "retry_scheduled", "token_fetched", "certificate_expiring"));
  lines_.clear();
  environment_.set("LOG", "debug");
  show_everything(*choose_observer(options_).value());
  EXPECT_THAT(lines_, ElementsAre("attempt_started", "attempt_finished", "retry_scheduled", "token_fetched",
                                  "certificate_expiring"));
}

TEST_F(ChooseObserver, MayBeBoth) {
  const auto own = std::make_shared<EventNames>();
  options_.observer = own;
  environment_.set("LOG", "debug");
  show_everything(*choose_observer(options_).value());
  EXPECT_EQ(lines_.size(), 5U);
  EXPECT_EQ(own->names, lines_);
}

TEST_F(ChooseObserver, RefusesALevelItDoesNotKnow) {
  for (const char* level : {"warn", "INFO", "1", "debug ", "canary-secret"}) {
    environment_.set("LOG", level);
    EXPECT_THAT(choose_observer(options_), AllOf(IsError(ErrorCode::kInvalidOption), BlamedOn(Factor::kRequest),
                                                 Says("EASYPOST_CONNECT_LOG"), Not(Says("canary-secret"))))
        << "for \"" << std::string(level).substr(0, 6) << "\"";
  }
}

TEST_F(ChooseObserver, WritesToStderrWithoutASink) {
  options_.log_sink = nullptr;
  environment_.set("LOG", "error");
  ::testing::internal::CaptureStderr();
  choose_observer(options_).value()->certificate_expiring({5s, 24h});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "easypost_connect certificate_expiring left_s=5\n");
}

/// What an observer is told of a certificate with so much time left; nothing when it is told nothing.
std::optional<std::chrono::seconds> told_of(std::chrono::seconds left) {
  const auto identity = TlsIdentity::load(credentials_of(good_client()), {}, std::chrono::system_clock::now()).value();
  EventNames observer;
  report_expiry(observer, *identity, identity->expires_at() - left);
  return observer.names.empty() ? std::nullopt : std::optional(observer.left);
}

TEST(ReportExpiry, TellsOfTheLastThirtyDays) {
  for (const std::chrono::seconds left : {std::chrono::seconds(30 * 24h) - 1s, std::chrono::seconds(24h), 0s, -5s}) {
    EXPECT_EQ(told_of(left), left);
  }
}

TEST(ReportExpiry, IsSilentBefore) {
  EXPECT_EQ(told_of(30 * 24h), std::nullopt);
  EXPECT_EQ(told_of(365 * 24h), std::nullopt);
}

}  // namespace
}  // namespace easypost_connect::unit_test
