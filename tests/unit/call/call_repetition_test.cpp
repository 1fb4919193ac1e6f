// SPDX-License-Identifier: Apache-2.0
// A call whose attempt has failed pauses and repeats it, or ends.
#include "call/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "body/body.hpp"
#include "call_fixture.hpp"
#include "core/make_error.hpp"
#include "core/secrets.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;
using ::testing::Not;
using Step = internal::Call::Step;

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
    respond(answer(520 + pauses));
    if (call_.step() != Step::kPause) continue;
    ++pauses;
    call_.on_resume();
  }
  EXPECT_EQ(pauses, RetryOptions{}.max_attempts - 1);
  EXPECT_EQ(call_.take_result().error().seen.http_status, 520 + pauses);
}

TEST_F(Call, ARequestThatCameTooSlowlyIsRepeatedIfThatIsHarmless) {  // RFC 9110, section 15.5.9
  call_.on_token(token(kToken), clock_.now());                       // a POST
  respond(answer(408));
  EXPECT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), IsRetryable());
  request_.method = Method::kGet;
  internal::Call get(policies_, request_, context());
  get.on_token(token(kToken), clock_.now());
  get.on_response(answer(408), clock_.now());
  EXPECT_EQ(get.step(), Step::kPause);
}

TEST_F(Call, TheRemedyForAPostThatMayHaveArrivedIsToLookFirst) {
  const auto ended_by = [this](Method method, Result<Response> outcome) {
    request_.method = method;
    request_.options.max_attempts = 1;
    internal::Call call(policies_, request_, context());
    call.on_token(token(kToken), clock_.now());
    call.on_response(std::move(outcome), clock_.now());
    return call.take_result().error().remedy;
  };
  constexpr const char* kLook = "Look whether the request was carried out before you send it again. ";
  EXPECT_EQ(ended_by(Method::kPost, passing()), kLook + passing().remedy);
  EXPECT_EQ(ended_by(Method::kPatch, answer(502)).rfind(kLook, 0), 0U);
  EXPECT_EQ(ended_by(Method::kPut, passing()), passing().remedy);
  EXPECT_EQ(ended_by(Method::kPost, answer(429)).find(kLook), std::string::npos);
  Error unsent = passing();
  unsent.never_sent = true;
  EXPECT_EQ(ended_by(Method::kPost, unsent), passing().remedy);
}

TEST_F(Call, TheRemedyForAPostThatWasRefusedEachTimeIsNotToLookFirst) {
  constexpr const char* kLook = "Look whether the request was carried out";
  internal::Call without_token(policies_, request_, context());
  without_token.on_token(token(kToken), clock_.now());
  without_token.on_response(answer(401), clock_.now());
  without_token.on_token(failure(ErrorCode::kTokenRefused), clock_.now());
  EXPECT_EQ(without_token.take_result().error().remedy.find(kLook), std::string::npos);

  request_.options.max_attempts = 2;
  internal::Call turned_away(policies_, request_, context());
  turned_away.on_token(token(kToken), clock_.now());
  turned_away.on_response(answer(503, {}, {{"retry-after", "1"}}), clock_.now());
  turned_away.on_resume();
  Error unsent = passing();
  unsent.never_sent = unsent.never_whole = true;
  turned_away.on_response(unsent, clock_.now());
  ASSERT_EQ(turned_away.step(), Step::kDone);
  EXPECT_EQ(turned_away.take_result().error().remedy.find(kLook), std::string::npos);
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
  EXPECT_EQ(call_.resend_count(), 0);  // no attempt was sent yet
  EXPECT_TRUE(call_.failure().never_sent);
}

TEST_F(Call, ATokenThatComesTooLateLeavesTheFailureOfTheLastAttempt) {
  request_.method = Method::kGet;
  call_.on_token(token(kToken), clock_.now());
  respond(answer(503));
  call_.on_resume();
  clock_.advance(60s);
  call_.on_token(token(kToken), clock_.now());
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_EQ(call_.take_result().error().seen.http_status, 503);
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

/// Reads a byte, like a transport that has begun to send `body`.
void read_some_of(const Body& body) {
  char byte = 0;
  EXPECT_THAT(source_of(body)->open().value()->read(&byte, 1), IsOk());
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
  request_.options.sink = BodySink::to_function([](std::string_view) -> Result<void> { return {}; });
  call_.on_token(token(kToken), clock_.now());
  EXPECT_THAT(drain_of(request_.options.sink)->open().value()->write("x"), IsOk());
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

TEST_F(Call, ARequestIdThatEchoesACredentialIsLeftOut) {
  policies_.secrets.add(Secret(kApiKey));
  for (const std::string_view echo : {kApiKey, std::string_view("refused-one-4711"), std::string_view("other-0815")}) {
    internal::Call call(policies_, request_, context());
    call.on_token(token("refused-one-4711"), clock_.now());
    call.on_response(answer(401), clock_.now());
    call.on_token(token("other-0815"), clock_.now());
    call.on_response(answer(403, "", {{"x-request-id", std::string(echo)}}), clock_.now());
    EXPECT_EQ(call.take_result().error().request_id, internal::kLeftOut) << echo;
  }
}

}  // namespace
}  // namespace easypost_connect::unit_test
