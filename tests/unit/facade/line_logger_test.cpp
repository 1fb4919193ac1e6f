// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/line_logger.hpp>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_transport.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

AttemptEvent attempt() { return {{17}, Method::kPost, "api.example.test:8443", "/jobs/1", 2}; }

AttemptFinished finished(int status) {
  AttemptFinished event;
  static_cast<AttemptEvent&>(event) = attempt();
  event.duration = 1500us;
  event.status_code = status;
  event.request_body_size = 4;
  event.response_body_size = 123;
  event.connection_reused = true;
  return event;
}

class LineLogger : public ::testing::Test {
 protected:
  std::shared_ptr<Observer> at(LogLevel level) {
    return make_line_logger(level, [this](std::string_view line) { lines_.emplace_back(line); });
  }

  /// Gives the logger an event of each kind and outcome.
  void everything(Observer& logger) const {
    logger.attempt_started(attempt());
    logger.attempt_finished(finished(200));
    logger.attempt_finished(finished(503));
    AttemptFinished broken = finished(0);
    broken.error = &error_;
    logger.attempt_finished(broken);
    logger.retry_scheduled({{17}, error_, 3, 250ms});
    logger.token_fetched({{}, 20ms, 3600s, nullptr});
    logger.token_fetched({{}, 20ms, 0s, &error_});
    logger.certificate_expiring({{17}, 86'400s, 24h});
  }

  Error error_ = failure(ErrorCode::kTls, Factor::kClientCertificate);
  std::vector<std::string> lines_;
};

TEST_F(LineLogger, WritesTheAllowedFactsAndNothingElse) {
  const auto logger = at(LogLevel::kDebug);
  logger->attempt_started(attempt());
  logger->attempt_finished(finished(200));
  logger->token_fetched({{}, 20ms, 3600s, nullptr});
  logger->certificate_expiring({{17}, 86'400s, 24h});
  EXPECT_THAT(lines_,
              ElementsAre("attempt_started call=17 http.request.method=POST server.address=api.example.test:8443 "
                          "url.path=/jobs/1 http.request.resend_count=2",
                          "attempt_finished call=17 http.request.method=POST server.address=api.example.test:8443 "
                          "url.path=/jobs/1 http.request.resend_count=2 duration_us=1500 "
                          "http.request.body.size=4 http.response.status_code=200 "
                          "http.response.body.size=123 connection_reused=1",
                          "token_fetched duration_us=20000 life_s=3600", "certificate_expiring call=17 left_s=86400"));
}

TEST_F(LineLogger, WritesWhatWentWrong) {
  error_.seen.tls_alert = "unknown_ca";
  error_.seen.oauth_error = "invalid_client";
  const auto logger = at(LogLevel::kInfo);
  AttemptFinished broken = finished(0);
  broken.error = &error_;
  logger->attempt_finished(broken);
  logger->retry_scheduled({{17}, error_, 3, 250ms});
  logger->token_fetched({{}, 20ms, 0s, &error_});
  const std::string error = std::string("error.type=TLS factor=\"client certificate\" message=\"Scripted failure.\" ") +
                            "tls.alert=unknown_ca oauth.error=invalid_client";
  EXPECT_THAT(lines_,
              ElementsAre("attempt_finished call=17 http.request.method=POST server.address=api.example.test:8443 "
                          "url.path=/jobs/1 http.request.resend_count=2 duration_us=1500 "
                          "http.request.body.size=4 " +
                              error,
                          "retry_scheduled call=17 http.request.resend_count=3 pause_ms=250 " + error,
                          "token_fetched duration_us=20000 " + error));
}

TEST_F(LineLogger, LeavesOutAnswersAndTheirHeaders) {
  error_.response = answer(403, "canary-secret-body", {{"x-secret", "canary-secret-header"}});
  error_.remedy = "canary-secret-remedy";
  error_.request_id = "canary-secret-id";
  error_.seen.transport = "canary-secret-transport";
  everything(*at(LogLevel::kDebug));
  EXPECT_THAT(lines_, SizeIs(8));
  for (const std::string& line : lines_) EXPECT_TRUE(line.find("canary-secret") == std::string::npos);
}

TEST_F(LineLogger, WritesFailuresOnlyAtErrorLevel) {
  everything(*at(LogLevel::kError));
  ASSERT_THAT(lines_, SizeIs(4));
  EXPECT_THAT(lines_[0], HasSubstr("http.response.status_code=503"));
  EXPECT_THAT(lines_[1], HasSubstr("error.type=TLS"));
  EXPECT_THAT(lines_[2], HasSubstr("token_fetched"));
  EXPECT_THAT(lines_[3], HasSubstr("certificate_expiring"));
}

TEST_F(LineLogger, WritesEverythingButTheStartOfAttemptsAtInfoLevel) {
  everything(*at(LogLevel::kInfo));
  EXPECT_THAT(lines_, SizeIs(7));
  EXPECT_THAT(lines_, Each(Not(HasSubstr("attempt_started"))));
}

TEST_F(LineLogger, WritesEverythingAtDebugLevel) {
  everything(*at(LogLevel::kDebug));
  EXPECT_THAT(lines_, SizeIs(8));
}

TEST_F(LineLogger, WritesNothingWhenItIsOff) {
  everything(*at(LogLevel::kOff));
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(LineLogger, ARedirectIsAFailure) {  // the caller gets an Error
  at(LogLevel::kError)->attempt_finished(finished(302));
  EXPECT_THAT(lines_, SizeIs(1));
}

TEST_F(LineLogger, AForgedValueCannotMakeAnotherLineOrField) {
  AttemptEvent forged = attempt();
  forged.url_path = "/a\r\ncertificate_expiring left_s=0";
  at(LogLevel::kDebug)->attempt_started(forged);
  forged.url_path = "/a\" x=\"y";
  at(LogLevel::kDebug)->attempt_started(forged);
  forged.url_path = "/a=b";
  at(LogLevel::kDebug)->attempt_started(forged);
  ASSERT_THAT(lines_, SizeIs(3));
  EXPECT_THAT(lines_[0], HasSubstr("url.path=\"/a..certificate_expiring left_s=0\" "));
  EXPECT_THAT(lines_[1], HasSubstr("url.path=\"/a. x=.y\" "));
  EXPECT_THAT(lines_[2], HasSubstr("url.path=\"/a=b\" "));
}

TEST_F(LineLogger, WritesPrintableAsciiOnly) {
  error_.message = "tab\there, escape \x1b[31m, nul ";
  error_.message += '\0';
  error_.message += " delete \x7f, caf\xC3\xA9";
  at(LogLevel::kInfo)->retry_scheduled({{17}, error_, 1, 0ms});
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0], HasSubstr("message=\"tab.here, escape .[31m, nul . delete ., caf..\""));
}

TEST_F(LineLogger, WritesTheSameFactsAsJson) {
  const auto logger = make_line_logger(
      LogLevel::kDebug, [this](std::string_view line) { lines_.emplace_back(line); }, LogFormat::kJson);
  error_.message = "a \"quote\", a \\, a line\nend, caf\xC3\xA9, half of one \xC3";
  everything(*logger);
  logger->retry_scheduled({{17}, error_, 1, 5ms});
  ASSERT_THAT(lines_, SizeIs(9));
  const auto finished = nlohmann::json::parse(lines_[1]);
  EXPECT_THAT(finished["timestamp"].get<std::string>(),
              ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"));
  EXPECT_EQ(finished["level"], "info");
  EXPECT_EQ(finished["logger"], "easypost_connect");
  EXPECT_EQ(finished["event"], "attempt_finished");
  EXPECT_EQ(finished["call"], 17);
  EXPECT_EQ(finished["http.request.method"], "POST");
  EXPECT_EQ(finished["http.response.status_code"], 200);
  EXPECT_EQ(finished["connection_reused"], true);
  EXPECT_EQ(finished.size(), 14U);  // no other member
  const auto retry = nlohmann::json::parse(lines_[8]);
  EXPECT_EQ(retry["message"], "a \"quote\", a \\, a line\nend, caf\xC3\xA9, half of one \xEF\xBF\xBD");
  EXPECT_EQ(retry["pause_ms"], 5);
  for (const std::string& line : lines_) EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST_F(LineLogger, AnEmptyValueIsStillAField) {
  error_.message.clear();
  at(LogLevel::kInfo)->retry_scheduled({{17}, error_, 1, 0ms});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("message=\"\"")));
}

TEST_F(LineLogger, SurvivesASinkThatThrows) {
  int calls = 0;
  const auto logger = make_line_logger(LogLevel::kDebug, [&](std::string_view) {
    ++calls;
    throw std::runtime_error("the disk is full");
  });
  everything(*logger);
  EXPECT_EQ(calls, 8);  // the lock was given back each time
}

TEST_F(LineLogger, SurvivesAMissingSink) {
  ::testing::internal::CaptureStderr();
  everything(*make_line_logger(LogLevel::kDebug, nullptr));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(LineLogger, GivesTheSinkOneLineAtATime) {
  const auto logger = at(LogLevel::kDebug);
  std::vector<std::future<void>> threads;
  for (int i = 0; i < 8; ++i) {
    threads.push_back(std::async(std::launch::async, [&] {
      for (int j = 0; j < 100; ++j) logger->attempt_started(attempt());
    }));
  }
  for (auto& thread : threads) thread.get();
  EXPECT_THAT(lines_, SizeIs(800));  // a vector without a lock of its own
}

}  // namespace
}  // namespace easypost_connect::unit_test
