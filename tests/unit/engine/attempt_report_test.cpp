// SPDX-License-Identifier: Apache-2.0
#include "engine/attempt_report.hpp"

#include <string>

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

double half() { return 0.5; }

class AttemptReport : public ::testing::Test {
 protected:
  internal::Call call_to(std::string_view url) {
    CallContext context;
    context.call_id = 17;
    context.url = url;
    context.deadline = clock_.now().steady + 1h;
    return {policies_, request_, std::move(context), internal::Call::Layers::kNone};
  }

  void start(std::string_view url) {
    const internal::Call call = call_to(url);
    internal::AttemptReport(call).started(observer_);
  }

  FakeClock clock_;
  const CallPolicies policies_{ApiKeyAuthorizer(Secret(kApiKey)), BearerAuthorizer(),
                               RetryPolicy(RetryOptions(), half)};
  Request request_{Method::kPut, "", "four", {}};
  [[nodiscard]] RecordedEvent last() const { return observer_.events().back(); }

  RecordingObserver observer_;
};

TEST_F(AttemptReport, NamesMethodAddressAndPath) {
  start("https://api.example.test/jobs/1");
  EXPECT_EQ(last().server_address, "api.example.test");
  EXPECT_EQ(last().url_path, "/jobs/1");
  EXPECT_EQ(last().attempt.method, Method::kPut);
  EXPECT_EQ(last().call_id, 17U);
  EXPECT_EQ(last().attempt.resend_count, 0);
}

TEST_F(AttemptReport, LeavesTheQueryOut) {
  start("https://api.example.test/jobs?receiver=canary-secret&x=/y");
  EXPECT_EQ(last().server_address, "api.example.test");
  EXPECT_EQ(last().url_path, "/jobs");
  start("https://api.example.test?receiver=canary-secret/x");
  EXPECT_EQ(last().server_address, "api.example.test");
  EXPECT_EQ(last().url_path, "/");
}

TEST_F(AttemptReport, KeepsAPort) {
  start("https://api.example.test:8443/jobs");
  EXPECT_EQ(last().server_address, "api.example.test:8443");
  start("https://[::1]:8443/jobs");
  EXPECT_EQ(last().server_address, "[::1]:8443");
}

TEST_F(AttemptReport, AUrlWithoutAPathHasTheRoot) {
  start("https://api.example.test");
  EXPECT_EQ(last().server_address, "api.example.test");
  EXPECT_EQ(last().url_path, "/");
}

TEST_F(AttemptReport, TellsOfAnAnswer) {
  const internal::Call call = call_to("https://api.example.test/jobs");
  Response response = answer(201, "12345");
  response.connection_reused = true;
  internal::AttemptReport(call).finished(observer_, response, 3ms);
  const RecordedEvent recorded = last();
  const AttemptFinished& event = recorded.attempt;
  EXPECT_EQ(recorded.call_id, 17U);
  EXPECT_EQ(event.method, Method::kPut);
  EXPECT_EQ(recorded.url_path, "/jobs");
  EXPECT_EQ(event.duration, 3000us);
  EXPECT_EQ(event.status_code, 201);
  EXPECT_EQ(event.request_body_size, 4U);
  EXPECT_EQ(event.response_body_size, 5U);
  EXPECT_TRUE(event.connection_reused);
  EXPECT_FALSE(recorded.error);
}

TEST_F(AttemptReport, TellsOfAFailure) {
  const internal::Call call = call_to("https://api.example.test/jobs");
  internal::AttemptReport(call).finished(observer_, failure(ErrorCode::kTls), 3ms);
  EXPECT_EQ(last().attempt.status_code, 0);
  EXPECT_EQ(last().attempt.response_body_size, 0U);
  EXPECT_FALSE(last().attempt.connection_reused);
  EXPECT_EQ(last().error.value().code, ErrorCode::kTls);
}

TEST_F(AttemptReport, AFailureOnAKeptConnectionNeededNoHandshake) {
  const internal::Call call = call_to("https://api.example.test/jobs");
  Error error = failure(ErrorCode::kTimeout);
  error.seen.kept_connection = true;
  internal::AttemptReport(call).finished(observer_, std::move(error), 3ms);
  EXPECT_TRUE(last().attempt.connection_reused);
}

TEST_F(AttemptReport, CountsWhatWasSentAgain) {
  request_.options.max_attempts = 2;  // an upload is repeated only if its options say so
  internal::Call call = call_to("https://api.example.test/jobs");
  call.on_response(answer(503), clock_.now());
  call.on_resume();
  internal::AttemptReport(call).started(observer_);
  EXPECT_EQ(last().attempt.resend_count, 1);
}

TEST_F(AttemptReport, TellsWhyAndHowLongAPauseIs) {
  request_.options.max_attempts = 2;
  internal::Call call = call_to("https://api.example.test/jobs");
  call.on_response(answer(503), clock_.now());
  ASSERT_EQ(call.step(), internal::Call::Step::kPause);
  report_retry(observer_, call, clock_.now().steady);
  EXPECT_EQ(last().error.value().code, ErrorCode::kHttpStatus);
  EXPECT_EQ(last().call_id, 17U);
  EXPECT_EQ(last().attempt.resend_count, 1);
  EXPECT_EQ(last().pause, 100ms);
  report_retry(observer_, call, clock_.now().steady + 1s);  // the pause is over when it is reported
  EXPECT_EQ(last().pause, 0ms);
}

}  // namespace
}  // namespace easypost_connect::unit_test
