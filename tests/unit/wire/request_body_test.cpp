// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer.hpp"

#include <cstdio>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;

class RequestBody : public ::testing::Test {
 protected:
  Result<void> open(Method method, Body body) {
    request_.method = method;
    request_.body = std::move(body);
    progress_.begin(request_.options.progress, size_of(request_.body));
    return body_.open(request_, progress_);
  }

  std::string read(std::size_t capacity) {
    std::string part(capacity, '\0');
    const auto count = body_.read(part.data(), part.size());
    return count ? part.substr(0, *count) : "abort";
  }

  TemporaryFolder folder_;
  Request request_;
  ProgressReport progress_;
  internal::RequestBody body_;
};

TEST_F(RequestBody, IsWholeOnceItWasReadToItsEnd) {
  ASSERT_THAT(open(Method::kPut, "0123456789"), IsOk());
  EXPECT_EQ(body_.size(), 10);
  EXPECT_EQ(read(6), "012345");
  EXPECT_EQ(body_.size(), 10);
  EXPECT_FALSE(body_.whole());
  EXPECT_EQ(read(10), "6789");
  EXPECT_TRUE(body_.whole());
}

TEST_F(RequestBody, OfUnknownSizeIsWholeAtItsEnd) {
  const auto one_byte = [left = 1](char*, std::size_t) mutable { return static_cast<std::size_t>(left-- > 0 ? 1 : 0); };
  ASSERT_THAT(open(Method::kPut, Body::from_function(one_byte)), IsOk());
  EXPECT_EQ(read(6).size(), 1U);
  EXPECT_FALSE(body_.whole());
  EXPECT_EQ(read(6), "");
  EXPECT_TRUE(body_.whole());
}

TEST_F(RequestBody, ThatIsEmptyIsWhole) {
  ASSERT_THAT(open(Method::kGet, {}), IsOk());
  EXPECT_TRUE(body_.whole());
}

TEST_F(RequestBody, IsReadFromTheBeginningForEachAttempt) {
  const auto file = Body::from_file(folder_.write("letter", "0123456789"));
  for (const Body& body : {Body("0123456789"), file}) {
    ASSERT_THAT(open(Method::kPut, body), IsOk());
    EXPECT_EQ(body_.size(), 10);
    EXPECT_EQ(read(6), "012345");
    ASSERT_THAT(open(Method::kPut, body), IsOk());
    EXPECT_FALSE(body_.whole());
    EXPECT_EQ(read(20), "0123456789");
  }
}

TEST_F(RequestBody, OfAFunctionHasNoSizeThatIsKnown) {
  ASSERT_THAT(open(Method::kPut, Body::from_function([](char*, std::size_t) { return std::size_t{1}; })), IsOk());
  EXPECT_EQ(body_.size(), std::nullopt);
}

TEST_F(RequestBody, ThatCannotBeOpenedIsAnError) {
  EXPECT_THAT(open(Method::kPut, Body::from_file(folder_.path("missing"))), IsError(ErrorCode::kBodyIo));
}

TEST_F(RequestBody, KeepsWhyReadingEndedTheTransfer) {
  const auto throws = [](char*, std::size_t) -> std::size_t { throw std::runtime_error("disk on fire"); };
  ASSERT_THAT(open(Method::kPut, Body::from_function(throws)), IsOk());
  EXPECT_EQ(read(6), "abort");
  EXPECT_THAT(body_.outcome(), AllOf(IsError(ErrorCode::kBodyIo), Says("disk on fire")));
}

TEST_F(RequestBody, TellsHowMuchWasRead) {
  std::vector<std::uint64_t> sent;
  request_.options.progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.to_send, 10U);
    sent.push_back(progress.sent);
  };
  ASSERT_THAT(open(Method::kPut, "0123456789"), IsOk());
  EXPECT_EQ(read(6), "012345");
  EXPECT_EQ(read(6), "6789");
  EXPECT_EQ(read(6), "");
  EXPECT_THAT(sent, ElementsAre(6, 10));
}

TEST_F(RequestBody, EndsWhereProgressThrows) {
  request_.options.progress = [](const Progress&) { throw std::runtime_error("no terminal"); };
  ASSERT_THAT(open(Method::kPut, "0123456789"), IsOk());
  EXPECT_EQ(read(6), "abort");
  EXPECT_THAT(body_.outcome(), AllOf(IsError(ErrorCode::kBodyIo), Says("progress"), Says("no terminal")));
}

}  // namespace
}  // namespace easypost_connect::unit_test
