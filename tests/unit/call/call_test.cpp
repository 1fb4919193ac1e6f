// SPDX-License-Identifier: Apache-2.0
#include "call/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call_fixture.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;
using ::testing::Not;
using Step = internal::Call::Step;

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

TEST_F(Call, IsNotSentWithoutACredential) {
  call_.on_token(token(""), clock_.now());
  ASSERT_EQ(call_.step(), internal::Call::Step::kDone);
  const auto result = call_.take_result();
  EXPECT_THAT(result, IsError(ErrorCode::kTokenUnusable));
  EXPECT_TRUE(result.error().never_sent);
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

TEST_F(Call, NothingNewIsWhatAConditionalGetAskedFor) {  // RFC 9110, section 15.4.5
  for (const char* condition : {"If-None-Match", "if-modified-since"}) {
    request_.method = Method::kGet;
    request_.options.headers = {{condition, "x"}};
    internal::Call call(policies_, request_, context());
    call.on_token(token(kToken), clock_.now());
    call.on_response(answer(304, "", {{"etag", "x"}}), clock_.now());
    ASSERT_EQ(call.step(), Step::kDone);
    const auto result = call.take_result();
    ASSERT_THAT(result, IsOk()) << condition;
    EXPECT_EQ(result->status, 304);
    EXPECT_EQ(result->headers.find("etag"), "x");
  }
}

TEST_F(Call, NothingNewIsNoAnswerToAnythingElse) {
  request_.options.headers = {{"if-none-match", "x"}};  // the request is a POST
  call_.on_token(token(kToken), clock_.now());
  respond(answer(304));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), AllOf(IsError(ErrorCode::kHttpStatus), Says("had not asked")));
}

TEST_F(Call, ARefusedKeyIsNoReasonForAnotherToken) {
  call_.on_token(token(kToken), clock_.now());
  respond(answer(401, "", {{"www-authenticate", "Key realm=\"gate\""}}));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_FALSE(call_.refused_token().has_value());  // the token is good, and stays in use
  EXPECT_THAT(call_.take_result(), BlamedOn(Factor::kApiKey));
}

TEST_F(Call, ForbiddenIsNotTriedWithAnotherTokenAndDoesNotSaySo) {
  call_.on_token(token(kToken), clock_.now());
  respond(answer(403, "", {{"www-authenticate", "Bearer error=\"invalid_token\""}}));
  ASSERT_EQ(call_.step(), Step::kDone);
  EXPECT_THAT(call_.take_result(), AllOf(BlamedOn(Factor::kAccessToken), Not(Says("new one"))));
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

TEST_F(Call, TheSameTokenAgainIsTriedOnceMore) {  // gateways refuse a good one now and then
  refuse_first_token();
  call_.on_token(token(kToken), clock_.now());
  ASSERT_EQ(call_.step(), Step::kTransmit);
  respond(answer(200));
  EXPECT_THAT(call_.take_result(), IsOk());
}

TEST_F(Call, SaysOfANewTokenOnlyIfItIsAnotherOne) {
  for (const std::string_view second : {kToken, kOtherToken}) {
    internal::Call call(policies_, request_, context());
    call.on_token(token(kToken), clock_.now());
    call.on_response(answer(401), clock_.now());
    call.on_token(token(second), clock_.now());
    call.on_response(answer(401), clock_.now());
    const auto result = call.take_result();
    const bool says_so = result.error().message.find("new one") != std::string::npos;
    EXPECT_EQ(says_so, second == kOtherToken) << result.error().message;
  }
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
  ASSERT_THAT(result, AllOf(IsError(ErrorCode::kTimeout), IsRetryable(), Says("sent again")));
  EXPECT_FALSE(result.error().never_sent);
}

}  // namespace
}  // namespace easypost_connect::unit_test
