// SPDX-License-Identifier: Apache-2.0
#include "wire/custom_transport.hpp"

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "body/body.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

class Ask final : public Attempt {
 public:
  explicit Ask(Request request = {}) : Attempt(Purpose::kCall), request_(std::move(request)) {}
  [[nodiscard]] const Request& request() const noexcept override { return request_; }
  [[nodiscard]] const CallContext& context() const noexcept override { return context_; }
  void on_answer(Result<Response> answer) noexcept override { answered = std::move(answer); }

  std::optional<Result<Response>> answered;

 private:
  Request request_;
  CallContext context_;
};

class CustomTransport : public ::testing::Test {
 protected:
  Result<Response> send(Response response) {
    inner_->reply(std::move(response));
    return transport_->send(request_, {});
  }
  void run_until_answered(const Ask& ask) {
    while (!ask.answered) transport_->run(std::chrono::steady_clock::now() + 1h);
  }

  TemporaryFolder folder_;
  Request request_;
  std::shared_ptr<FakeTransport> inner_ = std::make_shared<FakeTransport>();
  std::optional<internal::CustomTransport> transport_{inner_};
};

// --- the bodies of its requests

TEST_F(CustomTransport, GivesAFileAsBytes) {
  request_.body = Body::from_file(folder_.write("letter", std::string(100'000, 'x')));
  EXPECT_THAT(send(answer(200)), IsOk());
  EXPECT_EQ(inner_->requests().front().body, std::string(100'000, 'x'));
}

TEST_F(CustomTransport, SendsNothingWhenTheBodyCannotBeRead) {
  request_.body = Body::from_file(folder_.path("missing"));
  EXPECT_THAT(send(answer(200)), IsError(ErrorCode::kBodyIo));
  EXPECT_EQ(inner_->count(), 0U);
}

/// Streams by itself, as make_https_transport() does, and says what it was given to do so.
class StreamingTransport final : public Transport {
 public:
  Result<Response> send(const Request& request, const CallContext& /*context*/) override {
    streamed = drain_of(request.options.sink) != nullptr || request.options.progress != nullptr;
    return answer(200, "0123456789");
  }

  std::optional<bool> streamed;
};

TEST_F(CustomTransport, LeavesNoSinkToATransportThatStreamsItself) {
  const auto inner = std::make_shared<StreamingTransport>();
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  request_.options.progress = [](const Progress& /*progress*/) {};
  const auto response = internal::CustomTransport(inner).send(request_, {});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(inner->streamed, false);
  EXPECT_EQ(folder_.read("letters"), "0123456789");
}

TEST_F(CustomTransport, WritesTheAnswerIntoTheSink) {
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  const auto response = send(answer(201, "0123456789"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->streamed_bytes, 10U);
  EXPECT_EQ(folder_.read("letters"), "0123456789");
}

TEST_F(CustomTransport, LeavesTheSinkAloneWhenThereIsNoBodyByKind) {
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  EXPECT_THAT(send(answer(204)), IsOk());
  request_.method = Method::kHead;
  EXPECT_THAT(send(answer(200)), IsOk());
  EXPECT_EQ(folder_.count(), 0);
}

TEST_F(CustomTransport, LeavesARefusalWhereItIs) {
  request_.options.sink = BodySink::to_file(folder_.path("letters"));
  const auto response = send(answer(404, "no"));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "no");
  EXPECT_EQ(folder_.count(), 0);
}

TEST_F(CustomTransport, PassesOnWhatTheSinkSays) {
  request_.options.sink = BodySink::to_file(folder_.path("missing/letters"));
  EXPECT_THAT(send(answer(200, "0")), IsError(ErrorCode::kBodyIo));
}

TEST_F(CustomTransport, TellsOfProgressAtTheEnd) {
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

/// Answers with the body of the request when it is let go.
class LateReader final : public Transport {
 public:
  Result<Response> send(const Request& request, const CallContext& /*context*/) override {
    let_go.get_future().wait();
    return answer(200, std::string(request.body.bytes()));
  }

  std::promise<void> let_go;
};

TEST(CustomTransportBodies, AreTheAttemptsOwn) {
  const auto reader = std::make_shared<LateReader>();
  internal::CustomTransport transport(reader);
  std::string callers = "0123456789";
  Request request;
  request.body = Body::from_memory(callers);
  Ask ask(request);
  EXPECT_TRUE(transport.start(ask));
  callers.assign("gone");
  reader->let_go.set_value();
  while (!ask.answered) transport.run(std::chrono::steady_clock::now() + 1h);
  EXPECT_EQ(ask.answered->value().body, "0123456789");
}

// --- its asynchronous attempts

TEST_F(CustomTransport, AnswersAsTheTransportDoes) {
  inner_->reply(answer(204));
  Ask ask;
  EXPECT_TRUE(transport_->start(ask));
  run_until_answered(ask);
  ASSERT_THAT(*ask.answered, IsOk());
  EXPECT_EQ((*ask.answered)->status, 204);
}

TEST_F(CustomTransport, CarriesSeveralAtOnce) {
  std::promise<void> second_is_there;
  inner_->reply([&](const SentRequest&) -> Result<Response> {
    second_is_there.get_future().wait();
    return answer(200);
  });
  inner_->reply([&](const SentRequest&) -> Result<Response> {
    second_is_there.set_value();
    return answer(200);
  });
  Ask first;
  Ask second;
  EXPECT_TRUE(transport_->start(first));
  EXPECT_TRUE(transport_->start(second));
  run_until_answered(first);
  run_until_answered(second);
  EXPECT_THAT(*first.answered, IsOk());
  EXPECT_THAT(*second.answered, IsOk());
}

TEST_F(CustomTransport, ATransportThatThrowsIsAnError) {
  inner_->reply([](const SentRequest&) -> Result<Response> { throw std::runtime_error("no wire"); });
  inner_->reply([](const SentRequest&) -> Result<Response> { throw 42; });
  Ask first;
  Ask second;
  EXPECT_TRUE(transport_->start(first));
  run_until_answered(first);
  EXPECT_THAT(*first.answered, Says("The transport threw: no wire."));
  EXPECT_TRUE(transport_->start(second));
  run_until_answered(second);
  EXPECT_THAT(*second.answered, Says("unknown exception"));
}

TEST_F(CustomTransport, ATransportThatThrowsUnderABlockingCallIsAnErrorToo) {
  inner_->reply([](const SentRequest&) -> Result<Response> { throw std::runtime_error("no wire"); });
  EXPECT_THAT(transport_->send(request_, {}), Says("The transport threw: no wire."));
}

/// Answers, as a transport, when its call is cancelled, and not before.
Result<Response> wait_for_cancellation(const SentRequest& sent) {
  std::promise<void> cancelled;
  const CancellationCallback tell(sent.cancellation, [&] { cancelled.set_value(); });
  cancelled.get_future().wait();
  return failure(ErrorCode::kCancelled);
}

TEST_F(CustomTransport, CancelsAnAbortedAttemptAndDoesNotAnswerIt) {
  inner_->reply(wait_for_cancellation);
  inner_->reply(answer(200));
  {
    Ask aborted;
    EXPECT_TRUE(transport_->start(aborted));
    EXPECT_EQ(transport_->abort(aborted).code, ErrorCode::kTimeout);
    EXPECT_FALSE(aborted.answered);
  }
  while (inner_->count() == 0) transport_->run(std::chrono::steady_clock::now());
  Ask next;
  EXPECT_TRUE(transport_->start(next));
  run_until_answered(next);
  EXPECT_THAT(*next.answered, IsOk());
}

TEST_F(CustomTransport, ItsEndCancelsWhatIsUnderWay) {
  inner_->reply(wait_for_cancellation);
  Ask ask;
  EXPECT_TRUE(transport_->start(ask));
  transport_.reset();
  EXPECT_FALSE(ask.answered);
}

TEST_F(CustomTransport, IsWokenFromAnotherThread) {
  const auto end = std::chrono::steady_clock::now() + 1h;
  auto other = std::async(std::launch::async, [&] { transport_->wake(); });
  transport_->run(end);
  EXPECT_LT(std::chrono::steady_clock::now(), end);
  other.get();
}

}  // namespace
}  // namespace easypost_connect::unit_test
