// SPDX-License-Identifier: Apache-2.0
// A client may end on any thread. A thread that carries its calls must not wait for a call.
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/observer.hpp>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using Client = easypost_connect::ConnectClient;

/// Runs `then` at one event, once.
class AtEvent final : public Observer {
 public:
  enum class Event { kNone, kStarted, kFinished, kRetry, kToken };

  void arm(Event event, std::function<void()> then) {
    then_ = std::move(then);  // set before `event_`, which the client's threads read
    event_ = event;
  }

  void attempt_started(const AttemptEvent&) noexcept override { at(Event::kStarted); }
  void attempt_finished(const AttemptFinished&) noexcept override { at(Event::kFinished); }
  void retry_scheduled(const RetryEvent&) noexcept override { at(Event::kRetry); }
  void token_fetched(const TokenEvent&) noexcept override { at(Event::kToken); }

 private:
  void at(Event event) noexcept {
    if (event == event_) std::exchange(then_, [] {})();
  }

  std::atomic<Event> event_{Event::kNone};
  std::function<void()> then_;
};

using Event = AtEvent::Event;
using Act = std::function<void()>;

constexpr const char* kRetryObserver = "an observer of a retry";

/// Functions that run on the client's I/O thread during a call, and that a test makes do something there.
struct Where {
  const char* name;
  std::function<void(Request&, AtEvent&, Act)> arm;
};

void PrintTo(const Where& where, std::ostream* out) { *out << where.name; }

const Where kWhere[] = {
    {"a completion", {}},
    {"a sink",
     [](Request& request, AtEvent&, Act act) {
       request.options.sink = BodySink::to_function([act = std::move(act)](std::string_view) -> Result<void> {
         act();
         return {};
       });
     }},
    {"a body",
     [](Request& request, AtEvent&, Act act) {
       request.body = Body::from_function([act = std::move(act), left = 1](char* buffer, std::size_t) mutable {
         if (left-- == 0) return std::size_t{0};
         act();
         *buffer = '1';
         return std::size_t{1};
       });
     }},
    {"progress",
     [](Request& request, AtEvent&, Act act) {
       request.options.progress = [act = std::move(act), told = false](const Progress&) mutable {
         if (!std::exchange(told, true)) act();
       };
     }},
    {"an observer of a start", [](Request&, AtEvent& at, Act act) { at.arm(Event::kStarted, std::move(act)); }},
    {"an observer of an end", [](Request&, AtEvent& at, Act act) { at.arm(Event::kFinished, std::move(act)); }},
    {kRetryObserver, [](Request&, AtEvent& at, Act act) { at.arm(Event::kRetry, std::move(act)); }},
    {"an observer of a token", [](Request&, AtEvent& at, Act act) { at.arm(Event::kToken, std::move(act)); }},
};

class ClientLives : public ::testing::TestWithParam<Where> {
 protected:
  ClientLives() {
    transport_->always([this](const SentRequest& sent) { return reply_to(sent); });
    ClientOptions options = client_options(transport_);
    options.observer = observer_;
    options.retry.first_pause = 1ms;
    client_ = std::make_shared<Client>(Client::create(options).value());
  }

  static Request get(std::string path) { return {Method::kGet, std::move(path), {}, {}}; }

  Result<Response> reply_to(const SentRequest& sent) {
    if (sent.url == kTokenUrl) {
      begin_.get_future().wait();
      return token_answer(kToken);
    }
    if (sent.url == std::string(kApiUrl) + "/held") {
      std::promise<void> cancelled;
      const CancellationCallback wake(sent.cancellation, [&] { cancelled.set_value(); });
      cancelled.get_future().wait();
      return failure(ErrorCode::kCancelled);
    }
    const bool retried = GetParam().name == kRetryObserver && !failed_once_.exchange(true);
    return retried ? answer(503) : answer(200, "jobs");
  }

  /// Makes a call that does `act` in the function that the test is about. Nothing happens before `prepare` has run.
  Result<Response> call(
      Act act, const Act& prepare = [] {}) {
    Request request = get("/jobs");
    const auto ended = std::make_shared<std::promise<Result<Response>>>();
    Completion completion = [ended](Result<Response> result) { ended->set_value(std::move(result)); };
    if (GetParam().arm) {
      GetParam().arm(request, *observer_, std::move(act));
    } else {
      completion = [ended, act = std::move(act)](Result<Response> result) {
        act();
        ended->set_value(std::move(result));
      };
    }
    client_->send_async(std::move(request), std::move(completion));
    prepare();
    begin_.set_value();
    return ended->get_future().get();
  }

  void wait_until_nothing_is_left() const {
    while (transport_.use_count() > 1 || observer_.use_count() > 1) std::this_thread::yield();
  }

  std::promise<void> begin_;
  std::atomic<bool> failed_once_{false};
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<AtEvent> observer_ = std::make_shared<AtEvent>();
  std::shared_ptr<Client> client_;
};

TEST_P(ClientLives, EndOnTheIoThread) {
  const auto result = call([this] { client_.reset(); });
  EXPECT_THAT(result, AnyOf(IsOk(), IsError(ErrorCode::kCancelled)));
  wait_until_nothing_is_left();
}

TEST_P(ClientLives, EndWithTheFunctionThatIsTheLastToOwnIt) {
  const std::weak_ptr<Client> seen = client_;
  const auto result = call([owned = client_] { static_cast<void>(owned); }, [this] { client_.reset(); });
  EXPECT_THAT(result, AnyOf(IsOk(), IsError(ErrorCode::kCancelled)));
  wait_until_nothing_is_left();
  EXPECT_TRUE(seen.expired());
}

TEST_P(ClientLives, EndByTheAssignmentOfAnother) {
  const auto result = call([this] { *client_ = Client::create(client_options(transport_)).value(); });
  EXPECT_THAT(result, AnyOf(IsOk(), IsError(ErrorCode::kCancelled)));
  client_.reset();
  wait_until_nothing_is_left();
}

TEST_P(ClientLives, EndWithEveryOtherCall) {
  std::atomic<int> cancelled{0};
  const auto start_others = [&] {
    for (int i = 0; i < 3; ++i) {
      client_->send_async(get("/held"), [&](const Result<Response>& result) {
        EXPECT_THAT(result, IsError(ErrorCode::kCancelled));
        ++cancelled;
      });
    }
  };
  static_cast<void>(call([this] { client_.reset(); }, start_others));
  wait_until_nothing_is_left();
  EXPECT_EQ(cancelled, 3);
}

TEST_P(ClientLives, RefuseToWaitWhereCallsAreCarried) {
  Batch elsewhere(*client_);
  std::vector<Result<Response>> refused;
  const auto try_to_wait = [&] {
    refused.push_back(client_->get("/jobs"));
    refused.push_back(client_->upload("https://storage.example.test/key", "content"));
    if (auto warm = client_->warm_up(); !warm) refused.emplace_back(warm.error());
    refused.push_back(send_future(*client_, get("/jobs")).get());
    const auto keep = [&](std::size_t /*index*/, Result<Response> each) { refused.push_back(std::move(each)); };
    for_each(*client_, std::vector<Request>(2, get("/jobs")), keep);
    refused.push_back(elsewhere.take().result);
  };
  EXPECT_THAT(call(try_to_wait, [&] { elsewhere.start(get("/held")); }), IsOk());
  ASSERT_EQ(refused.size(), 7U);
  for (const auto& each : refused) {
    EXPECT_THAT(each, AllOf(IsError(ErrorCode::kInvalidRequest), Says("would wait for itself"), Says("send_async")));
  }
}

INSTANTIATE_TEST_SUITE_P(Everywhere, ClientLives, ::testing::ValuesIn(kWhere), [](const auto& row) {
  std::string name = row.param.name;
  for (char& letter : name) letter = letter == ' ' ? '_' : letter;
  return name;
});

TEST(TwoClients, MayEndOnEachOthersThreads) {
  const auto transport = std::make_shared<FakeTransport>();
  transport->always([](const SentRequest& sent) -> Result<Response> {
    return sent.url == kTokenUrl ? token_answer(kToken) : answer(200);
  });
  const auto make = [&] { return std::make_shared<Client>(Client::create(client_options(transport)).value()); };
  std::shared_ptr<Client> clients[] = {make(), make()};
  std::promise<void> both_complete[2];
  std::promise<void> ended[2];
  for (std::size_t i = 0; i < 2; ++i) {
    clients[i]->send_async({Method::kGet, "/jobs", {}, {}}, [&, i](const Result<Response>&) {
      both_complete[i].set_value();
      both_complete[1 - i].get_future().wait();
      clients[1 - i].reset();
      ended[i].set_value();
    });
  }
  for (auto& each : ended) each.get_future().wait();
  while (transport.use_count() > 1) std::this_thread::yield();
}

/// A transport of the caller's own runs on its caller's thread in a blocking call, else on a thread of the client.
class LivesInATransport : public ::testing::TestWithParam<std::string> {
 protected:
  /// The client ends when its transport is to send to the URL that is the parameter.
  LivesInATransport() {
    transport_->always([this](const SentRequest& sent) -> Result<Response> {
      begin_.wait();
      if (sent.url == GetParam()) client_.reset();
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(200);
    });
  }

  Request request_{Method::kGet, "/jobs", {}, {}};
  std::promise<void> begun_;
  const std::shared_future<void> begin_ = begun_.get_future().share();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<Client> client_ = std::make_shared<Client>(Client::create(client_options(transport_)).value());
};

TEST_P(LivesInATransport, EndWithAnAsynchronousCall) {
  std::promise<Result<Response>> ended;
  client_->send_async(request_, [&](Result<Response> result) { ended.set_value(std::move(result)); });
  begun_.set_value();
  EXPECT_THAT(ended.get_future().get(), AnyOf(IsOk(), IsError(ErrorCode::kCancelled)));
  while (transport_.use_count() > 1) std::this_thread::yield();
}

TEST_P(LivesInATransport, EndWithABlockingCall) {
  begun_.set_value();
  EXPECT_THAT(client_->send(request_), AnyOf(IsOk(), IsError(ErrorCode::kCancelled)));
  while (transport_.use_count() > 1) std::this_thread::yield();
}

INSTANTIATE_TEST_SUITE_P(Urls, LivesInATransport,
                         ::testing::Values(std::string(kTokenUrl), std::string(kApiUrl) + "/jobs"));

}  // namespace
}  // namespace easypost_connect::unit_test
