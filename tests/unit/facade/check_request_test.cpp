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

Result<void> check_header(std::string_view name, std::string_view value) {
  Request request;
  request.path = "/jobs";
  request.options.headers.add("accept", "application/json");  // a good field before the one in question
  request.options.headers.add(name, value);
  return check_request(request);
}

TEST(CheckRequest, AcceptsOrdinaryHeaders) {
  EXPECT_THAT(check_header("x-correlation-id", "job 42, caf\xC3\xA9"), IsOk());
  EXPECT_THAT(check_header("X-Empty", ""), IsOk());
  EXPECT_THAT(check_header("accept-language", "nl"), IsOk());
  EXPECT_THAT(check_request(Request{}), IsOk());
}

TEST(CheckRequest, RefusesControlCharactersInAValue) {
  for (const char c : {'\r', '\n', '\0', '\x1b', '\x7f'}) {
    const std::string value = "before" + std::string(1, c) + "x-evil: 1";
    EXPECT_THAT(check_header("x-note", value), AllOf(IsError(ErrorCode::kInvalidRequest), BlamedOn(Factor::kRequest),
                                                     Says("\"x-note\""), Not(Says("x-evil"))));
  }
}

TEST(CheckRequest, RefusesANameThatIsNoToken) {
  const std::string nul("x\0y", 3);
  for (const std::string& name :
       {std::string(), std::string("x y"), std::string("x:"), std::string("x\r\nx-evil"), nul, std::string("x;"),
        std::string(" x"), std::string("caf\xC3\xA9"), std::string(":path")}) {
    ASSERT_THAT(check_header(name, "1"),
                AllOf(IsError(ErrorCode::kInvalidRequest), Says("invalid name"), Not(Says("x-evil"))));
  }
}

TEST(CheckRequest, RefusesTheFieldsThatAreTheClientsOwn) {
  for (const char* name : {"x-api-key", "X-Api-Key", "authorization", "AUTHORIZATION", "proxy-authorization", "Host",
                           "Content-Length", "Transfer-Encoding", "Connection", "TE", "Upgrade", "Expect"}) {
    EXPECT_THAT(check_header(name, "1"), AllOf(IsError(ErrorCode::kInvalidRequest), Says("is set by the client")))
        << name;
  }
}

TEST(CheckRequest, BoundsTheAttempts) {
  Request request;
  for (const int attempts : {0, 1, 100}) {
    request.options.max_attempts = attempts;
    EXPECT_THAT(check_request(request), IsOk()) << attempts;
  }
  for (const int attempts : {-1, 101}) {
    request.options.max_attempts = attempts;
    EXPECT_THAT(check_request(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("max_attempts"))) << attempts;
  }
}

TEST(CheckRequest, SendsToTheOptionForTheContentType) {
  EXPECT_THAT(check_header("Content-Type", "text/csv"),
              AllOf(IsError(ErrorCode::kInvalidRequest), Says("CallOptions::content_type")));
}

TEST(CheckRequest, RefusesControlCharactersInTheContentType) {
  Request request;
  request.options.content_type = "text/csv\r\nx-evil: 1";
  EXPECT_THAT(check_request(request),
              AllOf(IsError(ErrorCode::kInvalidRequest), Says("content_type"), Not(Says("x-evil"))));
  request.options.content_type.clear();
  EXPECT_THAT(check_request(request), IsOk());
}

TEST(CheckRequest, RefusesFunctionsThatCannotBeCalled) {
  Request request;
  request.body = Body::from_function(nullptr);
  EXPECT_THAT(check_request(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("Body::from_function")));
  EXPECT_THAT(check_upload(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("Body::from_function")));
  request.body = {};
  request.options.sink = BodySink::to_function(nullptr);
  EXPECT_THAT(check_request(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("BodySink::to_function")));
}

TEST(CheckRequest, RefusesANegativeTimeout) {
  Request request;
  request.options.timeout = -1ms;
  EXPECT_THAT(check_request(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("timeout")));
}

TEST(CheckRequest, RefusesATimeoutThatNoClockCanAdd) {  // the same bound as of Timeouts::request
  Request request;
  request.options.timeout = 24h;
  EXPECT_THAT(check_request(request), IsOk());
  for (const std::chrono::milliseconds timeout :
       {std::chrono::milliseconds(24h) + 1ms, std::chrono::milliseconds::max()}) {
    request.options.timeout = timeout;
    EXPECT_THAT(check_request(request), AllOf(IsError(ErrorCode::kInvalidRequest), Says("timeout")));
  }
}

}  // namespace
}  // namespace easypost_connect::internal
