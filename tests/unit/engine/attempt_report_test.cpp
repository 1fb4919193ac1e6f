// SPDX-License-Identifier: Apache-2.0
#include "engine/attempt_report.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

double half() { return 0.5; }

/// Keeps the last event of each kind. The texts are copied: the views do not outlive the event.
class LastEvents final : public Observer {
 public:
  void attempt_started(const AttemptEvent& event) noexcept override {
    address = event.server_address;
    path = event.url_path;
    started = event;
  }
  void attempt_finished(const AttemptFinished& event) noexcept override {
    finished = event;
    if (event.error != nullptr) code = event.error->code;
  }
  void retry_scheduled(const RetryEvent& event) noexcept override {
    code = event.error.code;
    resend_count = event.resend_count;
    pause = event.pause;
  }

  std::string address;
  std::string path;
  std::optional<AttemptEvent> started;
  std::optional<AttemptFinished> finished;
  std::optional<ErrorCode> code;
  int resend_count = -1;
  std::chrono::milliseconds pause{-1};
};

class AttemptReport : public ::testing::Test {
 protected:
  internal::Call call_to(std::string_view url) {
    CallContext context;
    context.url = url;
    context.deadline = clock_.now().steady + 1h;
    return {policies_, request_, std::move(context), internal::Call::Layers::kNone};
  }

  void start(std::string_view url) {
    const internal::Call call = call_to(url);
    internal::AttemptReport(call).started(observer_);
  }

  FakeClock clock_;
  const CallPolicies policies_{ApiKeyInjector(Secret(kApiKey)), BearerAuthorizer(), RetryPolicy(RetryOptions(), half)};
  Request request_{Method::kPut, "", "four", {}};
  LastEvents observer_;
};

TEST_F(AttemptReport, NamesMethodAddressAndPath) {
  start("https://api.example.test/jobs/1");
  EXPECT_EQ(observer_.address, "api.example.test");
  EXPECT_EQ(observer_.path, "/jobs/1");
  EXPECT_EQ(observer_.started->method, Method::kPut);
  EXPECT_EQ(observer_.started->resend_count, 0);
}

TEST_F(AttemptReport, LeavesTheQueryOut) {
  start("https://api.example.test/jobs?receiver=canary-secret&x=/y");
  EXPECT_EQ(observer_.address, "api.example.test");
  EXPECT_EQ(observer_.path, "/jobs");
  start("https://api.example.test?receiver=canary-secret/x");
  EXPECT_EQ(observer_.address, "api.example.test");
  EXPECT_EQ(observer_.path, "/");
}

TEST_F(AttemptReport, KeepsAPort) {
  start("https://api.example.test:8443/jobs");
  EXPECT_EQ(observer_.address, "api.example.test:8443");
  start("https://[::1]:8443/jobs");
  EXPECT_EQ(observer_.address, "[::1]:8443");
}

TEST_F(AttemptReport, AUrlWithoutAPathHasTheRoot) {
  start("https://api.example.test");
  EXPECT_EQ(observer_.address, "api.example.test");
  EXPECT_EQ(observer_.path, "/");
}

TEST_F(AttemptReport, TellsOfAnAnswer) {
  const internal::Call call = call_to("https://api.example.test/jobs");
  Response response = answer(201, "12345");
  response.connection_reused = true;
  internal::AttemptReport(call).finished(observer_, response, 3ms);
  const AttemptFinished& event = observer_.finished.value();
  EXPECT_EQ(event.method, Method::kPut);
  EXPECT_EQ(event.url_path, "/jobs");
  EXPECT_EQ(event.duration, 3000us);
  EXPECT_EQ(event.status_code, 201);
  EXPECT_EQ(event.request_body_size, 4U);
  EXPECT_EQ(event.response_body_size, 5U);
  EXPECT_TRUE(event.connection_reused);
  EXPECT_EQ(event.error, nullptr);
}

TEST_F(AttemptReport, TellsOfAFailure) {
  const internal::Call call = call_to("https://api.example.test/jobs");
  internal::AttemptReport(call).finished(observer_, failure(ErrorCode::kTls), 3ms);
  EXPECT_EQ(observer_.finished->status_code, 0);
  EXPECT_EQ(observer_.finished->response_body_size, 0U);
  EXPECT_FALSE(observer_.finished->connection_reused);
  EXPECT_EQ(observer_.code, ErrorCode::kTls);
}

TEST_F(AttemptReport, CountsWhatWasSentAgain) {
  request_.options.max_attempts = 2;  // an upload is repeated for those only who ask
  internal::Call call = call_to("https://api.example.test/jobs");
  call.on_response(answer(503), clock_.now());
  call.on_resume();
  internal::AttemptReport(call).started(observer_);
  EXPECT_EQ(observer_.started->resend_count, 1);
}

TEST_F(AttemptReport, TellsWhyAndHowLongAPauseIs) {
  request_.options.max_attempts = 2;
  internal::Call call = call_to("https://api.example.test/jobs");
  call.on_response(answer(503), clock_.now());
  ASSERT_EQ(call.step(), internal::Call::Step::kPause);
  report_retry(observer_, call, clock_.now().steady);
  EXPECT_EQ(observer_.code, ErrorCode::kHttpStatus);
  EXPECT_EQ(observer_.resend_count, 1);
  EXPECT_EQ(observer_.pause, 100ms);
  report_retry(observer_, call, clock_.now().steady + 1s);  // it took a while to get here
  EXPECT_EQ(observer_.pause, 0ms);
}

}  // namespace
}  // namespace easypost_connect::unit_test
