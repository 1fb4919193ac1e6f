// SPDX-License-Identifier: Apache-2.0
#include "facade/connect_client_impl.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "unit/facade/scoped_environment.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Not;

std::vector<std::string> names(const RecordingObserver& observer) {
  std::vector<std::string> names;
  for (const RecordedEvent& event : observer.events()) names.push_back(event.name);
  return names;
}

/// Gives the observer an event of each kind. Only the retry and the certificate are failures.
void show_everything(Observer& observer) {
  const Error error = failure(ErrorCode::kConnection);
  AttemptFinished finished;
  finished.status_code = 200;
  observer.attempt_started({});
  observer.attempt_finished(finished);
  observer.retry_scheduled({{}, error, 1, 0ms});
  observer.token_fetched({});
  observer.certificate_expiring({{}, 0s, 24h});
  observer.credentials_reloaded({{}, 2, nullptr});
  observer.credentials_retired({{}, 1});
  observer.credential_warning({{}, "message", "remedy"});
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
  options_.observer = std::make_shared<RecordingObserver>();
  EXPECT_EQ(choose_observer(options_).value(), options_.observer);
}

TEST_F(ChooseObserver, IsTheLoggerAtTheLevelOfTheVariable) {
  environment_.set("LOG", "error");
  show_everything(*choose_observer(options_).value());
  EXPECT_THAT(lines_, ElementsAre("certificate_expiring", "credential_warning"));
  lines_.clear();
  environment_.set("LOG", "info");
  show_everything(*choose_observer(options_).value());
  EXPECT_THAT(lines_, ElementsAre("attempt_finished", "retry_scheduled", "token_fetched", "certificate_expiring",
                                  "credentials_reloaded", "credentials_retired", "credential_warning"));
  lines_.clear();
  environment_.set("LOG", "debug");
  show_everything(*choose_observer(options_).value());
  EXPECT_THAT(lines_,
              ElementsAre("attempt_started", "attempt_finished", "retry_scheduled", "token_fetched",
                          "certificate_expiring", "credentials_reloaded", "credentials_retired", "credential_warning"));
}

TEST_F(ChooseObserver, MayBeBoth) {
  const auto own = std::make_shared<RecordingObserver>();
  options_.observer = own;
  environment_.set("LOG", "debug");
  show_everything(*choose_observer(options_).value());
  EXPECT_EQ(lines_.size(), 8U);
  EXPECT_EQ(names(*own), lines_);
}

TEST_F(ChooseObserver, RefusesALevelItDoesNotKnow) {
  for (const char* level : {"warn", "1", "debug ", "canary-secret"}) {
    environment_.set("LOG", level);
    EXPECT_THAT(choose_observer(options_), AllOf(IsError(ErrorCode::kInvalidOption), BlamedOn(Factor::kRequest),
                                                 Says("EASYPOST_CONNECT_LOG"), Not(Says("canary-secret"))))
        << "for \"" << std::string(level).substr(0, 6) << "\"";
  }
}

TEST_F(ChooseObserver, RefusesAFormatItDoesNotKnow) {
  for (const char* format : {"jsonl", "logfmt", "canary-secret"}) {
    environment_.set("LOG_FORMAT", format);
    EXPECT_THAT(choose_observer(options_),
                AllOf(IsError(ErrorCode::kInvalidOption), Says("EASYPOST_CONNECT_LOG_FORMAT"), Says("text"),
                      Says("json"), Not(Says("canary-secret"))));
  }
}

TEST_F(ChooseObserver, WritesJsonWhenToldTo) {
  options_.log_sink = nullptr;
  environment_.set("LOG", "Error");  // upper and lower case do not matter
  environment_.set("LOG_FORMAT", "JSON");
  ::testing::internal::CaptureStderr();
  choose_observer(options_).value()->certificate_expiring({{}, 5s, 24h});
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.front(), '{');
  EXPECT_EQ(line.substr(line.size() - 2), "}\n");
}

TEST_F(ChooseObserver, WritesToStderrWithoutASink) {
  options_.log_sink = nullptr;
  environment_.set("LOG", "error");
  ::testing::internal::CaptureStderr();
  choose_observer(options_).value()->certificate_expiring({{}, 5s, 24h});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "easypost_connect certificate_expiring left_s=5\n");
}

}  // namespace
}  // namespace easypost_connect::unit_test
