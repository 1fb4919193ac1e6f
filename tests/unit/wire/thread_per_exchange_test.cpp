// SPDX-License-Identifier: Apache-2.0
#include "wire/thread_per_exchange.hpp"

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

class Ask final : public Exchange {
 public:
  Ask() : Exchange(Purpose::kCall) {}
  [[nodiscard]] const Request& request() const noexcept override { return request_; }
  [[nodiscard]] const CallContext& context() const noexcept override { return context_; }
  void on_answer(Result<Response> answer) noexcept override { answered = std::move(answer); }

  std::optional<Result<Response>> answered;

 private:
  Request request_;
  CallContext context_;
};

class ThreadPerExchange : public ::testing::Test {
 protected:
  void run_until_answered(const Ask& ask) {
    while (!ask.answered) transport_->run(std::chrono::steady_clock::now() + 1h);
  }

  std::shared_ptr<FakeTransport> blocking_ = std::make_shared<FakeTransport>();
  std::optional<internal::ThreadPerExchange> transport_{blocking_};
};

TEST_F(ThreadPerExchange, AnswersAsTheTransportDoes) {
  blocking_->reply(answer(204));
  Ask ask;
  EXPECT_FALSE(transport_->start(ask));
  run_until_answered(ask);
  ASSERT_THAT(*ask.answered, IsOk());
  EXPECT_EQ((*ask.answered)->status, 204);
}

TEST_F(ThreadPerExchange, CarriesSeveralAtOnce) {
  std::promise<void> second_is_there;
  blocking_->reply([&](const SentRequest&) -> Result<Response> {
    second_is_there.get_future().wait();
    return answer(200);
  });
  blocking_->reply([&](const SentRequest&) -> Result<Response> {
    second_is_there.set_value();
    return answer(200);
  });
  Ask first;
  Ask second;
  EXPECT_FALSE(transport_->start(first));
  EXPECT_FALSE(transport_->start(second));
  run_until_answered(first);
  run_until_answered(second);
}

TEST_F(ThreadPerExchange, ATransportThatThrowsIsAnError) {
  blocking_->reply([](const SentRequest&) -> Result<Response> { throw std::runtime_error("no wire"); });
  blocking_->reply([](const SentRequest&) -> Result<Response> { throw 42; });
  Ask first;
  Ask second;
  EXPECT_FALSE(transport_->start(first));
  run_until_answered(first);
  EXPECT_THAT(*first.answered, Says("The transport threw: no wire."));
  EXPECT_FALSE(transport_->start(second));
  run_until_answered(second);
  EXPECT_THAT(*second.answered, Says("unknown exception"));
}

/// A transport that answers when its call is cancelled, and not before.
Result<Response> wait_for_cancellation(const SentRequest& sent) {
  std::promise<void> cancelled;
  const CancellationCallback tell(sent.cancellation, [&] { cancelled.set_value(); });
  cancelled.get_future().wait();
  return failure(ErrorCode::kCancelled);
}

TEST_F(ThreadPerExchange, AnAbortedExchangeIsCancelledAndNotAnswered) {
  blocking_->reply(wait_for_cancellation);
  blocking_->reply(answer(200));
  {
    Ask aborted;
    EXPECT_FALSE(transport_->start(aborted));
    EXPECT_EQ(transport_->abort(aborted).code, ErrorCode::kTimeout);
    EXPECT_FALSE(aborted.answered);
  }
  while (blocking_->count() == 0) transport_->run(std::chrono::steady_clock::now());
  Ask next;
  EXPECT_FALSE(transport_->start(next));
  run_until_answered(next);
  EXPECT_THAT(*next.answered, IsOk());
}

TEST_F(ThreadPerExchange, ItsEndCancelsWhatIsUnderWay) {
  blocking_->reply(wait_for_cancellation);
  Ask ask;
  EXPECT_FALSE(transport_->start(ask));
  transport_.reset();
  EXPECT_FALSE(ask.answered);
}

TEST_F(ThreadPerExchange, IsWokenFromAnotherThread) {
  auto other = std::async(std::launch::async, [&] { transport_->wake(); });
  transport_->run(std::chrono::steady_clock::now() + 1h);
  other.get();
}

}  // namespace
}  // namespace easypost_connect::unit_test
