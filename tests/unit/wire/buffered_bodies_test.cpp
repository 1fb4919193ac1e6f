// SPDX-License-Identifier: Apache-2.0
#include "wire/buffered_bodies.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "wire/buffered_transport.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace test_support;

namespace {

class BufferedTransport : public ::testing::Test {
 protected:
  Result<Response> send(Response response) {
    inner_->reply(std::move(response));
    return transport_.send(request_, {});
  }

  TemporaryFolder folder_;
  Request request_;
  std::shared_ptr<FakeTransport> inner_ = std::make_shared<FakeTransport>();
  internal::BufferedTransport transport_{inner_};
};

TEST_F(BufferedTransport, GivesAFileAsBytes) {
  request_.body = Body::from_file(folder_.write("letter", std::string(100'000, 'x')));
  EXPECT_THAT(send(answer(200)), IsOk());
  EXPECT_EQ(inner_->requests().front().body, std::string(100'000, 'x'));
}

TEST_F(BufferedTransport, SendsNothingWhenTheBodyCannotBeRead) {
  request_.body = Body::from_file(folder_.path("missing"));
  EXPECT_THAT(send(answer(200)), IsError(ErrorCode::kBodyIo));
  EXPECT_EQ(inner_->count(), 0U);
}

TEST_F(BufferedTransport, WritesTheAnswerIntoTheSink) {
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  const auto response = send(answer(201, "0123456789"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->streamed_bytes, 10U);
  EXPECT_EQ(folder_.read("letters"), "0123456789");
}

TEST_F(BufferedTransport, LeavesTheSinkAloneWhenThereIsNoBodyByKind) {
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  EXPECT_THAT(send(answer(204)), IsOk());
  request_.method = Method::kHead;
  EXPECT_THAT(send(answer(200)), IsOk());
  EXPECT_EQ(folder_.count(), 0);
}

TEST_F(BufferedTransport, LeavesARefusalWhereItIs) {
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  const auto response = send(answer(404, "no"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "no");
  EXPECT_EQ(folder_.count(), 0);
}

TEST_F(BufferedTransport, PassesOnWhatTheSinkSays) {
  request_.options.sink = BodySink::to_file(folder_.path("missing/letters"));
  EXPECT_THAT(send(answer(200, "0")), IsError(ErrorCode::kBodyIo));
}

TEST_F(BufferedTransport, TellsOfProgressAtTheEnd) {
  std::vector<Progress> told;
  request_.method = Method::kPost;
  request_.body = "01234";
  request_.options.progress = [&](const Progress& progress) { told.push_back(progress); };
  EXPECT_THAT(send(answer(200, "0123456789")), IsOk());
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().sent, 5U);
  EXPECT_EQ(told.back().to_send, 5U);
  EXPECT_EQ(told.back().received, 10U);
  EXPECT_EQ(told.back().to_receive, 10U);
}

TEST(BufferedBodies, AreTheCopysOwn) {
  std::string callers = "0123456789";
  Request request;
  request.body = Body::from_memory(callers);
  EXPECT_FALSE(streams(request));
  const auto copy = buffered(request);
  callers.assign("gone");
  EXPECT_EQ(copy.value().request.body.bytes(), "0123456789");
}

}  // namespace
}  // namespace easypost_connect::unit_test
