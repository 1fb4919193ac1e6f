// SPDX-License-Identifier: Apache-2.0
#include "call/call.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/body_origin.hpp"
#include "core/body_target.hpp"
#include "core/make_error.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::Not;
using Step = internal::Call::Step;

double half() { return 0.5; }

class Call : public ::testing::Test {
 protected:
  AccessToken token(std::string_view text) const { return {text, clock_.now(), 3600s}; }
  void respond(Result<Response> response) { call_.on_response(std::move(response), clock_.now()); }

  /// The call as it is after the API refused its first token.
  void refuse_first_token() {
    call_.on_token(token(kToken), clock_.now());
    respond(answer(401));
  }

  [[nodiscard]] bool carries_both(std::string_view expected_token) const {
    const auto& credentials = call_.context().credentials;
    return credentials.size() == 2 && credentials[0].name == "x-api-key" && credentials[0].value == Secret(kApiKey) &&
           credentials[1].name == "authorization" && credentials[1].value == token(expected_token).authorization();
  }

  [[nodiscard]] CallContext context() const {
    CallContext context;
    context.url = "https://api.example.test/jobs";
    context.deadline = clock_.now().steady + 60s;
    context.max_response_bytes = 1000;
    return context;
  }

  FakeClock clock_;
  CallPolicies policies_{ApiKeyInjector(Secret(kApiKey)), BearerAuthorizer(), RetryPolicy(RetryOptions(), half)};
  Request request_{Method::kPost, "/jobs", "body", {}};
  internal::Call call_{policies_, request_, context()};
};

TEST_F(Call, NeedsATokenFirst) {
  EXPECT_EQ(call_.step(), Step::kNeedToken);
  EXPECT_FALSE(call_.refused_token().has_value());
  EXPECT_TRUE(call_.context().credentials.empty());
}

TEST_F(Call, IsTransmittedWithBothCredentials) {
  call_.on_token(token(kToken), clock_.now());
  EXPECT_EQ(call_.step(), Step::kTransmit);
  EXPECT_TRUE(carries_both(kToken));
  EXPECT_EQ(call_.context().url, "https://api.example.test/jobs");
  EXPECT_EQ(call_.context().max_response_bytes, 1000U);
}

TEST_F(Call, DoesNotCopyTheRequest) { EXPECT_EQ(&call_.request(), &request_); }

TEST_F(Call, EndsWithAnyAnswerOfTheTwoHundreds) {
  for (const int status : {200, 201, 204, 299}) {
    internal::Call call(policies_, request_, context());
    call.on_token(token(kToken), clock_.now());
    call.on_response(answer(status, "jobs"), clock_.now());
    ASSERT_EQ(call.step(), Step::kDone);
    const auto result = call.take_result();
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->status, status);
    EXPECT_EQ(result->body, "jobs");
  }
}

TEST_F(Call, EndsWithAnErrorForAnyOtherAnswer) {
  for (const int status : {0, 100, 199, 300, 302, 304, 400, 403, 404, 415}) {
    internal::Call call(policies_, request_, context());
    call.on_token(token(kToken), clock_.now());
    call.on_response(answer(status, "no"), clock_.now());
    ASSERT_EQ(call.step(), Step::kDone) << status;
    const auto result = call.take_result();
    ASSERT_THAT(result, IsError(ErrorCode::kHttpStatus));
    EXPECT_EQ(result.error().response.value().status, status);
    EXPECT_EQ(result.error().response.value().body, "no");
  }
}

TEST_F(Call, WithoutATokenIsNeverTransmitted) {
  call_.on_token(failure(ErrorCode::kTokenRefused, Factor::kOAuthClient), clock_.now());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_TRUE(call_.context().credentials.empty());
  EXPECT_THAT(call_.take_result(), AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kOAuthClient)));
}

TEST_F(Call, PassesATransportErrorOnUnchanged) {
  call_.on_token(token(kToken), clock_.now());
  respond(failure(ErrorCode::kTls, Factor::kClientCertificate));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(),
              AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says("Scripted failure.")));
}

TEST_F(Call, AsksForAnotherTokenAfterTheFirstUnauthorized) {
  refuse_first_token();
  EXPECT_EQ(call_.step(), Step::kNeedToken);
  ASSERT_TRUE(call_.refused_token().has_value());
  EXPECT_TRUE(*call_.refused_token() == token(kToken));
}

TEST_F(Call, SucceedsWithTheSecondToken) {
  refuse_first_token();
  call_.on_token(token(kOtherToken), clock_.now());
  EXPECT_EQ(call_.step(), Step::kTransmit);
  respond(answer(200, "jobs"));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), IsOk());
}

TEST_F(Call, ReplacesItsCredentialsInsteadOfDoublingThem) {
  refuse_first_token();
  call_.on_token(token(kOtherToken), clock_.now());
  EXPECT_TRUE(carries_both(kOtherToken));
}

TEST_F(Call, TheSecondUnauthorizedIsFinal) {
  refuse_first_token();
  call_.on_token(token(kOtherToken), clock_.now());
  respond(answer(401, "", {{"x-request-id", "req-2"}}));
  ASSERT_EQ(call_.step(), Step::kDone);
  const auto result = call_.take_result();
  ASSERT_THAT(result, AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken), Not(IsRetryable())));
  EXPECT_EQ(result.error().request_id, "req-2");
}

TEST_F(Call, EndsWhenTheSecondTokenCannotBeHad) {
  refuse_first_token();
  call_.on_token(failure(ErrorCode::kConnection), clock_.now());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), IsError(ErrorCode::kConnection));
}

TEST_F(Call, AFailureAfterTheSecondTokenIsTheResult) {
  refuse_first_token();
  call_.on_token(token(kOtherToken), clock_.now());
  respond(answer(403));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), BlamedOn(Factor::kApiKey));
}

/// A failure that may pass.
Error passing() {
  Error error = failure(ErrorCode::kConnection);
  error.retryable = true;
  return error;
}

TEST_F(Call, PausesAndGoesAgainWithALookAtTheToken) {
  request_.method = Method::kGet;
  call_.on_token(token(kToken), clock_.now());
  respond(answer(503));
  ASSERT_EQ(call_.step(), Step::kPause);
  EXPECT_EQ(call_.resume_at(), clock_.now().steady + 100ms);
  EXPECT_THAT(call_.failure(), IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(call_.resend_count(), 1);
  call_.on_resume();
  EXPECT_EQ(call_.step(), Step::kNeedToken);
  EXPECT_FALSE(call_.refused_token().has_value());
  call_.on_token(token(kToken), clock_.now());
  EXPECT_TRUE(carries_both(kToken));
  respond(answer(200));
  EXPECT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), IsOk());
}

TEST_F(Call, EndsWithTheLastFailureWhenTheAttemptsAreUsedUp) {
  request_.method = Method::kGet;
  int pauses = 0;
  while (call_.step() != Step::kDone) {
    call_.on_token(token(kToken), clock_.now());
    respond(answer(500 + pauses));
    if (call_.step() != Step::kPause) continue;
    ++pauses;
    call_.on_resume();
  }
  EXPECT_EQ(pauses, RetryOptions{}.max_attempts - 1);
  EXPECT_EQ(call_.take_result().error().seen.http_status, 500 + pauses);
}

TEST_F(Call, APostThatMayHaveArrivedIsNotRepeated) {
  call_.on_token(token(kToken), clock_.now());
  respond(passing());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_FALSE(call_.take_result().error().never_sent);
}

TEST_F(Call, APostThatWasNotSentIsRepeated) {
  call_.on_token(token(kToken), clock_.now());
  Error unsent = passing();
  unsent.never_sent = true;
  respond(unsent);
  EXPECT_EQ(call_.step(), Step::kPause);
  EXPECT_TRUE(call_.failure().never_sent);
}

TEST_F(Call, APostIsRepeatedWhenOnlyTheTokenFailed) {
  call_.on_token(passing(), clock_.now());
  ASSERT_EQ(call_.step(), Step::kPause);
  EXPECT_EQ(call_.resend_count(), 0);  // it was not sent yet
  EXPECT_TRUE(call_.failure().never_sent);
}

TEST_F(Call, WhatReachedTheServerOnceIsNeverSaidToBeUnsent) {
  request_.method = Method::kGet;
  call_.on_token(token(kToken), clock_.now());
  respond(passing());
  call_.on_resume();
  call_.on_token(failure(ErrorCode::kTokenRefused), clock_.now());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_FALSE(call_.take_result().error().never_sent);
}

std::size_t one_byte(char* buffer, std::size_t) {
  *buffer = 'x';
  return 1;
}

/// As a transport does that has begun to send it.
void read_some_of(const Body& body) {
  char byte = 0;
  EXPECT_THAT(origin_of(body)->open().value()->read(&byte, 1), IsOk());
}

TEST_F(Call, ABodyThatIsGoneIsNotSentAgain) {
  request_.method = Method::kPut;
  request_.body = Body::from_function(one_byte);
  call_.on_token(token(kToken), clock_.now());
  read_some_of(request_.body);
  respond(passing());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), IsError(ErrorCode::kConnection));
}

TEST_F(Call, ABodyThatWasNotReadYetIsSentAgain) {
  request_.method = Method::kPut;
  request_.body = Body::from_function(one_byte);
  call_.on_token(token(kToken), clock_.now());
  respond(passing());
  EXPECT_EQ(call_.step(), Step::kPause);
}

TEST_F(Call, ABodyThatIsGoneIsNotSentWithAnotherToken) {
  request_.body = Body::from_function(one_byte);
  call_.on_token(token(kToken), clock_.now());
  read_some_of(request_.body);
  respond(answer(401));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_TRUE(*call_.refused_token() == token(kToken));  // so that the next call gets another
  EXPECT_THAT(call_.take_result(), AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken)));
}

TEST_F(Call, ASinkThatHasGotSomethingGetsItNotAgain) {
  request_.method = Method::kGet;
  request_.options.sink = BodySink::to_function([](std::string_view) { return std::nullopt; });
  call_.on_token(token(kToken), clock_.now());
  EXPECT_THAT(target_of(request_.options.sink)->open().value()->write("x"), IsOk());
  respond(passing());
  EXPECT_EQ(call_.step(), Step::kDone);
}

TEST_F(Call, ACancelledPauseEndsTheCall) {
  request_.method = Method::kGet;
  call_.on_token(token(kToken), clock_.now());
  respond(passing());
  ASSERT_EQ(call_.step(), Step::kPause);
  call_.on_abandoned(cancelled_error());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), IsError(ErrorCode::kCancelled));
}

TEST_F(Call, IsNotTransmittedAfterItsDeadline) {
  clock_.advance(60s);
  call_.on_token(token(kToken), clock_.now());
  ASSERT_EQ(call_.step(), Step::kDone);
  const auto result = call_.take_result();
  ASSERT_THAT(result, IsError(ErrorCode::kTimeout));
  EXPECT_TRUE(result.error().never_sent);
}

TEST_F(Call, ADeadlineThatPassesLaterDoesNotUnsendWhatWasSent) {
  refuse_first_token();
  clock_.advance(60s);
  call_.on_token(token(kOtherToken), clock_.now());
  ASSERT_EQ(call_.step(), Step::kDone);
  const auto result = call_.take_result();
  ASSERT_THAT(result, IsError(ErrorCode::kTimeout));
  EXPECT_FALSE(result.error().never_sent);
}

TEST_F(Call, AnUploadIsTransmittedAtOnceAndBare) {
  internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
  ASSERT_EQ(upload.step(), Step::kTransmit);
  EXPECT_TRUE(upload.context().credentials.empty());
  upload.on_response(answer(401), clock_.now());
  ASSERT_EQ(upload.step(), Step::kDone);  // there is no token to replace
  EXPECT_THAT(upload.take_result(), AllOf(BlamedOn(Factor::kRequest), Says("upload")));
}

TEST_F(Call, AnUploadIsRepeatedWithoutAToken) {
  request_.method = Method::kPut;
  internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
  upload.on_response(answer(503), clock_.now());
  ASSERT_EQ(upload.step(), Step::kPause);
  upload.on_resume();
  EXPECT_EQ(upload.step(), Step::kTransmit);
}

}  // namespace
}  // namespace easypost_connect::unit_test
