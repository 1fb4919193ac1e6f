// SPDX-License-Identifier: Apache-2.0
// Calls that upload a file to a presigned URL.
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call_fixture.hpp"
#include "core/make_error.hpp"
#include "core/secrets.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;
using ::testing::Not;
using Step = internal::Call::Step;

TEST_F(Call, AnUploadIsTransmittedAtOnceAndBare) {
  internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
  ASSERT_EQ(upload.step(), Step::kTransmit);
  EXPECT_TRUE(upload.context().credentials.empty());
  upload.on_response(answer(401), clock_.now());
  ASSERT_EQ(upload.step(), Step::kDone);  // there is no token to replace
  EXPECT_THAT(upload.take_result(), AllOf(BlamedOn(Factor::kRequest), Says("upload")));
}

/// Returns the outcomes of an upload that may be tried again later.
std::vector<Result<Response>> failed_uploads(bool whole) {
  Response turned_away = answer(503, "", {{"retry-after", "1"}});
  Response failed = answer(500);
  Error broken = passing();
  turned_away.request_cut_short = failed.request_cut_short = broken.never_whole = !whole;
  return {turned_away, failed, broken};
}

Response unasked() {
  Response refusal = answer(417);
  refusal.request_cut_short = true;
  return refusal;
}

TEST_F(Call, AnUploadThatIsNotWholeIsRepeatedWithoutAToken) {
  request_.method = Method::kPut;
  for (const auto& outcome : failed_uploads(false)) {
    internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
    upload.on_response(outcome, clock_.now());
    ASSERT_EQ(upload.step(), Step::kPause);
    EXPECT_TRUE(upload.failure().never_whole);
    upload.on_resume();
    EXPECT_EQ(upload.step(), Step::kTransmit);
  }
}

TEST_F(Call, AnUploadThatIsWholeIsNotRepeated) {
  request_.method = Method::kPut;
  for (const auto& outcome : failed_uploads(true)) {
    internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
    upload.on_response(outcome, clock_.now());
    ASSERT_EQ(upload.step(), Step::kDone);
    const auto result = upload.take_result();
    EXPECT_THAT(result, AllOf(IsRetryable(), Says("Look at the job first")));
    EXPECT_FALSE(result.error().never_whole);
  }
}

TEST_F(Call, AnUploadThatIsWholeIsRepeatedAsOftenAsTheCallerAsks) {
  request_.method = Method::kPut;
  request_.options.max_attempts = 3;
  for (const auto& outcome : failed_uploads(true)) {
    internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
    for (int attempt = 1; attempt <= 3; ++attempt) {
      ASSERT_EQ(upload.step(), Step::kTransmit) << attempt;
      upload.on_response(outcome, clock_.now());
      if (upload.step() == Step::kPause) upload.on_resume();
    }
    EXPECT_EQ(upload.step(), Step::kDone);
  }
}

TEST_F(Call, AnUploadThatWasWholeOnceIsNeverSaidNotToBe) {
  request_.method = Method::kPut;
  request_.options.max_attempts = 2;
  internal::Call upload(policies_, request_, context(), internal::Call::Layers::kNone);
  upload.on_response(passing(), clock_.now());
  upload.on_resume();
  Error unsent = passing();
  unsent.never_sent = true;
  upload.on_response(unsent, clock_.now());
  EXPECT_FALSE(upload.take_result().error().never_whole);
}

TEST_F(Call, AnUploadThatCannotBeAskedForIsSentWithoutAsking) {
  request_.method = Method::kPut;
  CallContext asking = context();
  asking.ask_first = true;
  internal::Call upload(policies_, request_, std::move(asking), internal::Call::Layers::kNone);
  upload.on_response(unasked(), clock_.now());
  ASSERT_EQ(upload.step(), Step::kTransmit);
  EXPECT_FALSE(upload.context().ask_first);
  EXPECT_EQ(upload.resend_count(), 1);
  upload.on_response(unasked(), clock_.now());
  EXPECT_EQ(upload.step(), Step::kDone);
}

TEST_F(Call, AnUploadThatWasHandedOverWholeIsNotRepeatedBecauseItAsked) {
  request_.method = Method::kPut;
  CallContext asking = context();
  asking.ask_first = true;
  internal::Call upload(policies_, request_, std::move(asking), internal::Call::Layers::kNone);
  upload.on_response(answer(417), clock_.now());
  ASSERT_EQ(upload.step(), Step::kDone);
  EXPECT_FALSE(upload.take_result().error().never_whole);
}

TEST_F(Call, AnUploadIsToldOfItsUrlAndItsJobAndNotOfTheApi) {
  request_.method = Method::kPut;
  Error no_http = failure(ErrorCode::kMalformedResponse, Factor::kService);
  no_http.remedy = "Check that the URL leads to the API.";
  internal::Call to_no_storage(policies_, request_, context(), internal::Call::Layers::kNone);
  to_no_storage.on_response(no_http, clock_.now());
  EXPECT_THAT(to_no_storage.take_result(),
              AllOf(BlamedOn(Factor::kService), Says("Look at the job"), Not(Says("leads to the API"))));

  Error demanding = failure(ErrorCode::kTls, Factor::kClientCertificate);
  demanding.remedy = "Give a client certificate.";
  internal::Call to_mutual_tls(policies_, request_, context(), internal::Call::Layers::kNone);
  to_mutual_tls.on_response(demanding, clock_.now());
  EXPECT_THAT(to_mutual_tls.take_result(),
              AllOf(BlamedOn(Factor::kRequest), Says("Check that this is the upload URL"), Not(Says("Give a client"))));
}

TEST_F(Call, AnErrorThatEchoesTheSignatureOfAnUploadDoesNotHoldIt) {
  CallContext signed_url = context();
  signed_url.url = "https://storage.example.test/k?X-Amz-Signature=0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  internal::Call upload(policies_, request_, std::move(signed_url), internal::Call::Layers::kNone);
  Error echo = failure(ErrorCode::kConnection);
  echo.message = "It said 0f1e2d3c4b5a69788796a5b4c3d2e1f0.";
  upload.on_response(std::move(echo), clock_.now());
  EXPECT_THAT(upload.take_result(), AllOf(Says("It said"), Not(Says("0f1e2d3c"))));
}

}  // namespace
}  // namespace easypost_connect::unit_test
