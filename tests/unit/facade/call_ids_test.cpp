// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::Pair;

/// The events of an attempt or a retry, each with the number of its call.
using EventIds = std::vector<std::pair<std::string, std::uint64_t>>;

class CallIds : public ::testing::Test {
 protected:
  CallIds() {
    transport_->always([](const SentRequest& sent) -> Result<Response> {
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(200);
    });
    options_.observer = events_;
    options_.retry.first_pause = 1ms;
    options_.retry.longest_pause = 1ms;
  }

  ConnectClient make() const { return ConnectClient::create(options_).value(); }

  [[nodiscard]] EventIds seen() const {
    EventIds seen;
    for (const RecordedEvent& event : events_->events()) seen.emplace_back(event.name, event.call_id);
    return seen;
  }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<RecordingObserver> events_ = std::make_shared<RecordingObserver>(
      std::vector<std::string>{"attempt_started", "attempt_finished", "retry_scheduled"});
  ClientOptions options_ = client_options(transport_);
};

TEST_F(CallIds, AreTheSameForAllAttemptsOfACall) {
  auto client = make();
  transport_->reply(token_answer(kToken));
  transport_->reply(answer(503));
  transport_->reply(answer(401));
  transport_->reply(token_answer(kOtherToken));
  EXPECT_THAT(client.get("/jobs"), IsOk());
  const std::uint64_t id = seen().front().second;
  EXPECT_GT(id, 0U);
  EXPECT_THAT(seen(),
              ElementsAre(Pair("attempt_started", id), Pair("attempt_finished", id), Pair("retry_scheduled", id),
                          Pair("attempt_started", id), Pair("attempt_finished", id), Pair("attempt_started", id),
                          Pair("attempt_finished", id)));
}

TEST_F(CallIds, AreDifferentForEachCallOfAProcess) {
  auto client = make();
  auto other = make();
  EXPECT_THAT(client.get("/jobs"), IsOk());
  EXPECT_THAT(other.get("/jobs"), IsOk());
  EXPECT_THAT(client.upload("https://storage.example.test/upload", "letter"), IsOk());
  EXPECT_THAT(send_future(client, {Method::kGet, "/jobs", {}, {}}).get(), IsOk());
  std::set<std::uint64_t> ids;
  for (const auto& [event, id] : seen()) ids.insert(id);
  EXPECT_EQ(seen().size(), 8U);
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_EQ(ids.count(0), 0U);
}

TEST_F(CallIds, AProbeOfAReloadHasOneToo) {
  options_.reload.probe_path = "/jobs";
  auto client = make();
  EXPECT_THAT(client.reload(), IsOk());
  EXPECT_THAT(seen(), ElementsAre(Pair("attempt_started", Gt(0U)), Pair("attempt_finished", Gt(0U))));
}

}  // namespace
}  // namespace easypost_connect::unit_test
