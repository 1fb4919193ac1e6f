// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallTime kNow{std::chrono::hours(490'000)};

constexpr const char* kUploadUrl = "https://storage.test/k?X-Amz-Signature=canary0123456789abcdef";

Error error_of(Response response) { return answer_error(std::move(response), TokensTried::kTwo, kNow); }
Error upload_error_of(Response response) { return upload_error(std::move(response), kUploadUrl, kNow); }

struct Verdict {
  int status;
  Factor factor;
  bool retryable;
  const char* says;
};

TEST(AnswerError, BlamesByStatus) {
  constexpr Verdict kVerdicts[] = {
      {301, Factor::kRequest, false, "redirect"},
      {302, Factor::kRequest, false, "not followed"},
      {308, Factor::kRequest, false, "location"},
      {400, Factor::kRequest, false, "(400)"},
      {401, Factor::kAccessToken, false, "a new one as well"},
      {403, Factor::kApiKey, false, "EASYPOST_CONNECT_API_KEY"},
      {404, Factor::kRequest, false, "(404)"},
      {409, Factor::kRequest, false, "(409)"},
      {415, Factor::kRequest, false, "(415)"},
      {422, Factor::kRequest, false, "(422)"},
      {429, Factor::kService, true, "retry-after"},
      {500, Factor::kService, true, "(500)"},
      {501, Factor::kService, false, "(501)"},
      {502, Factor::kService, true, "Try again later"},
      {503, Factor::kService, true, "(503)"},
      {599, Factor::kService, true, "(599)"},
  };
  for (const auto& row : kVerdicts) {
    SCOPED_TRACE(row.status);
    const Error error = error_of(answer(row.status, "{}"));
    EXPECT_THAT(error, AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(row.factor), Says(row.says)));
    EXPECT_EQ(error.retryable, row.retryable);
    EXPECT_EQ(error.seen.http_status, row.status);
  }
}

TEST(AnswerError, EveryErrorSaysWhatHappenedAndWhatToDo) {
  for (int status = 300; status < 600; ++status) {
    const Error error = error_of(answer(status));
    EXPECT_FALSE(error.message.empty()) << status;
    EXPECT_FALSE(error.remedy.empty()) << status;
  }
}

TEST(AnswerError, ABareForbiddenSaysAllItCanBe) {
  EXPECT_THAT(error_of(answer(403)), AllOf(BlamedOn(Factor::kApiKey), Says("without saying why"),
                                           Says("most likely the API key"), Says("right"), Says("client certificate")));
}

TEST(AnswerError, RecognisesTheCertificateRefusalsOfNginx) {
  const auto page = [](const std::string& title) {
    return "<html><head><title>400 " + title + "</title></head></html>";
  };
  EXPECT_THAT(error_of(answer(400, page("No required SSL certificate was sent"))),
              AllOf(BlamedOn(Factor::kClientCertificate), Says("none arrived there")));
  EXPECT_THAT(error_of(answer(400, page("The SSL certificate error"))),
              AllOf(BlamedOn(Factor::kClientCertificate), Says("refused the client certificate")));
  EXPECT_THAT(error_of(answer(400, page("Bad Request"))), BlamedOn(Factor::kRequest));
  EXPECT_THAT(error_of(answer(500, page("The SSL certificate error"))), BlamedOn(Factor::kService));
}

TEST(AnswerError, TellsAUsedUpQuotaFromAShortLimit) {  // AWS API Gateway has usage plans
  EXPECT_THAT(error_of(answer(429, "", {{"x-amzn-ErrorType", "LimitExceededException"}})),
              AllOf(BlamedOn(Factor::kService), Says("quota"), IsRetryable()));
  EXPECT_THAT(error_of(answer(429, "", {{"x-amzn-ErrorType", "TooManyRequestsException"}})),
              AllOf(BlamedOn(Factor::kService), Says("rate"), IsRetryable()));
}

TEST(AnswerError, CarriesTheAnswer) {
  const Error error = error_of(answer(404, "no such job", {{"Content-Type", "text/plain"}}));
  ASSERT_TRUE(error.response.has_value());
  EXPECT_EQ(error.response->status, 404);
  EXPECT_EQ(error.response->body, "no such job");
  EXPECT_EQ(error.response->headers.find("content-type"), "text/plain");
}

TEST(AnswerError, CutsTheBodyAt64KiB) {
  constexpr std::size_t kLimit = 64U * 1024U;
  EXPECT_EQ(error_of(answer(500, std::string(kLimit, 'x'))).response->body.size(), kLimit);
  EXPECT_EQ(error_of(answer(500, std::string(kLimit + 1, 'x'))).response->body.size(), kLimit);
  const Error error = error_of(answer(500, std::string(10 * kLimit, 'x')));
  EXPECT_EQ(error.response->body.size(), kLimit);
  EXPECT_EQ(error.response->body.capacity(), kLimit);
}

TEST(AnswerError, DoesNotPutTheBodyIntoItsText) {
  EXPECT_THAT(error_of(answer(400, "canary-secret")), Not(Says("canary")));
}

TEST(AnswerError, NamesTheRequestId) {
  EXPECT_EQ(error_of(answer(500, "", {{"X-Request-Id", "b"}, {"X-Amzn-RequestId", "a"}})).request_id, "a");
  EXPECT_EQ(error_of(answer(500, "", {{"x-request-id", "b"}})).request_id, "b");
  EXPECT_EQ(error_of(answer(500, "", {{"apigw-requestid", "c"}})).request_id, "c");
  EXPECT_EQ(error_of(answer(500)).request_id, "");
  EXPECT_THAT(error_of(answer(500, "", {{"x-request-id", "b"}})), Says("request id b"));
}

TEST(AnswerError, SaysHowLongTheServerAskedToWait) {
  EXPECT_EQ(error_of(answer(429, "", {{"Retry-After", "7"}})).retry_after, std::chrono::seconds(7));
  EXPECT_EQ(upload_error_of(answer(503, "", {{"retry-after", "7"}})).retry_after, std::chrono::seconds(7));
  EXPECT_EQ(error_of(answer(429)).retry_after, std::nullopt);
}

TEST(UploadError, BlamesNoCredential) {  // an upload sends none
  for (const int status : {301, 400, 401, 403, 404, 411, 501}) {
    const Error error = upload_error_of(answer(status));
    EXPECT_THAT(error, AllOf(IsError(ErrorCode::kHttpStatus), Not(BlamedOn(Factor::kApiKey)),
                             Not(BlamedOn(Factor::kAccessToken)), Not(BlamedOn(Factor::kClientCertificate))));
    EXPECT_EQ(error.seen.http_status, status);
  }
}

TEST(UploadError, TellsARefusalFromTrouble) {
  EXPECT_THAT(upload_error_of(answer(403)), AllOf(BlamedOn(Factor::kRequest), Says("upload"), Not(IsRetryable())));
  EXPECT_THAT(upload_error_of(answer(503)), AllOf(BlamedOn(Factor::kService), IsRetryable()));
  EXPECT_THAT(upload_error_of(answer(429)), AllOf(BlamedOn(Factor::kService), IsRetryable()));
}

TEST(UploadError, CarriesTheAnswerWithoutWhatCouldBeASignature) {
  const Error error = upload_error_of(answer(
      403,
      "<Error><Code>SignatureDoesNotMatch</Code><Message>No &lt;match&gt;</Message><StringToSign>canary</StringToSign>"
      "<RequestId>r1</RequestId></Error>",
      {{"x-amzn-requestid", "s3"}, {"Location", "https://s3.test/a?X-Amz-Signature=canary"}}));
  EXPECT_EQ(
      error.response->body,
      "<Error><Code>SignatureDoesNotMatch</Code><Message>No &lt;match></Message><RequestId>r1</RequestId></Error>");
  EXPECT_EQ(error.response->headers.find("location"), "https://s3.test/a");
  EXPECT_EQ(error.request_id, "s3");
}

TEST(UploadError, TakesTheRequestIdFromTheBodyIfItIsThere) {
  EXPECT_EQ(upload_error_of(answer(403, "<Error><RequestId>r1</RequestId></Error>")).request_id, "r1");
}

}  // namespace
}  // namespace easypost_connect::internal
