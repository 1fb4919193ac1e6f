// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facade/check_request.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

Request upload_to(std::string url) { return {Method::kPut, std::move(url), "content", {}}; }

constexpr const char* kGoodUrl = "https://bucket.example.test/key?X-Amz-Signature=canary-secret%2F";

TEST(CheckUpload, AcceptsAPresignedUrl) {
  EXPECT_THAT(check_upload(upload_to(kGoodUrl)), IsOk());
  EXPECT_THAT(check_upload(upload_to("https://bucket.example.test:8443/key")), IsOk());
}

TEST(CheckUpload, RefusesAnythingButACompleteHttpsUrl) {
  for (const char* url :
       {"", "/key", "//bucket.example.test/key", "http://bucket.example.test/key", "file:///etc/passwd", "https:///key",
        "https://user@bucket.example.test/key", "https://bucket.example.test/key#part",
        "https://bucket.example.test/a b", "https://bucket.example.test/a\r\nb", "https://bucket.example.test:0/key"}) {
    EXPECT_THAT(check_upload(upload_to(url)),
                AllOf(IsError(ErrorCode::kInvalidRequest), BlamedOn(Factor::kRequest), Says("file_upload_url")))
        << url;
  }
}

TEST(CheckUpload, DoesNotRepeatTheUrl) {  // the URL is a permission to write
  EXPECT_THAT(check_upload(upload_to(std::string(kGoodUrl) + " ")),
              AllOf(IsError(ErrorCode::kInvalidRequest), Not(Says("canary-secret"))));
}

TEST(CheckUpload, RefusesAQueryOfItsOwn) {
  Request request = upload_to(kGoodUrl);
  request.options.query = {{"a", "b"}};
  EXPECT_THAT(check_upload(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("query")));
}

TEST(CheckUpload, ChecksWhatEveryRequestIsCheckedFor) {
  Request request = upload_to(kGoodUrl);
  request.options.headers = {{"authorization", "canary-secret"}};
  EXPECT_THAT(check_upload(request), AllOf(IsError(ErrorCode::kInvalidRequest), Not(Says("canary-secret"))));
  request = upload_to(kGoodUrl);
  request.options.content_type = "text/csv\n";
  EXPECT_THAT(check_upload(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("content_type")));
  request = upload_to(kGoodUrl);
  request.options.timeout = -1ms;
  EXPECT_THAT(check_upload(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("timeout")));
}

TEST(CheckUpload, RefusesAContentOfUnknownSize) {
  const auto nothing = [](char*, std::size_t) { return std::size_t{0}; };
  Request request = upload_to(kGoodUrl);
  request.body = Body::from_function(nothing);
  EXPECT_THAT(check_upload(request), AllOf(IsError(ErrorCode::kInvalidRequest), BlamedOn(Factor::kRequest), Says("501"),
                                           Says("Give Body::from_function the size")));
  for (auto& body : {Body::from_function(nothing, 0), Body::from_function(nothing, 5), Body(), Body("content"),
                     Body::from_file("/no/such/file")}) {  // a missing file is found at the attempt
    request.body = body;
    EXPECT_THAT(check_upload(request), IsOk());
  }
}

}  // namespace
}  // namespace easypost_connect::internal
