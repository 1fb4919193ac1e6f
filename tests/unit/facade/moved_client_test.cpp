// SPDX-License-Identifier: Apache-2.0
// A client that is moved, assigned to, or left behind by a move.
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::AllOf;

class MovedClient : public ::testing::Test {
 protected:
  MovedClient() {
    transport_->always([](const SentRequest& sent) -> Result<Response> {
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(200, "jobs");
    });
  }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  ConnectClient client_ = ConnectClient::create(client_options(transport_)).value();
};

TEST_F(MovedClient, GoesOnAsItWas) {
  ASSERT_THAT(client_.get("/jobs"), IsOk());
  auto moved = std::move(client_);
  EXPECT_THAT(moved.get("/jobs"), IsOk());
  EXPECT_EQ(transport_->count(), 3U);  // the token moved along
}

TEST_F(MovedClient, LeavesOneBehindThatRefusesEveryCall) {
  const auto moved = std::move(client_);
  std::vector<Result<Response>> refused;
  refused.push_back(client_.get("/jobs"));  // NOLINT(bugprone-use-after-move): this is about it
  refused.push_back(client_.upload("https://bucket.example.test/key", "content"));
  refused.push_back(send_future(client_, {Method::kGet, "/jobs", {}, {}}).get());
  const auto keep = [&](std::size_t /*index*/, Result<Response> each) { refused.push_back(std::move(each)); };
  for_each(client_, std::vector<Request>(1, Request{Method::kGet, "/jobs", {}, {}}), keep);
  EXPECT_EQ(refused.size(), 4U);
  for (const auto& each : refused) {
    EXPECT_THAT(each, AllOf(IsError(ErrorCode::kInvalidRequest), Says("moved from")));
    EXPECT_TRUE(each.error().never_sent && each.error().never_whole);
  }
  EXPECT_THAT(client_.warm_up(), AllOf(IsError(ErrorCode::kInvalidRequest), Says("moved from")));
  EXPECT_THAT(client_.reload(), AllOf(IsError(ErrorCode::kInvalidRequest), Says("moved from")));
  EXPECT_THAT(client_.reload(Credentials()), AllOf(IsError(ErrorCode::kInvalidRequest), Says("moved from")));
  EXPECT_EQ(client_.credentials_status().generation, 0U);
  EXPECT_EQ(transport_->count(), 0U);
}

TEST_F(MovedClient, EndsTheOneThatItIsAssignedTo) {
  std::promise<void> reached;
  transport_->reply([&](const SentRequest& sent) -> Result<Response> {
    std::promise<void> cancelled;
    const CancellationCallback wake(sent.cancellation, [&] { cancelled.set_value(); });
    reached.set_value();
    cancelled.get_future().wait();
    return failure(ErrorCode::kCancelled);
  });
  std::optional<Result<Response>> ended;
  client_.send_async({Method::kGet, "/jobs", {}, {}}, [&](Result<Response> result) { ended = std::move(result); });
  reached.get_future().wait();
  auto other = ConnectClient::create(client_options(transport_)).value();
  client_ = std::move(other);
  ASSERT_TRUE(ended);
  EXPECT_THAT(*ended, IsError(ErrorCode::kCancelled));
  EXPECT_THAT(client_.get("/jobs"), IsOk());
  EXPECT_THAT(other.get("/jobs"), IsError(ErrorCode::kInvalidRequest));  // NOLINT(bugprone-use-after-move)
}

TEST_F(MovedClient, AssignedToItselfStaysWhatItIs) {
  auto& itself = client_;
  client_ = std::move(itself);
  EXPECT_THAT(client_.get("/jobs"), IsOk());
}

}  // namespace
}  // namespace easypost_connect::unit_test
