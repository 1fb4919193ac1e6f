// SPDX-License-Identifier: Apache-2.0
// Memory fails once on the caller's thread: the call says so or succeeds, and the client can be used further.
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/line_logger.hpp>

#include "child_process.hpp"
#include "core/json_document.hpp"
#include "result_matchers.hpp"
#include "sweep.hpp"
#include "temporary_folder.hpp"
#include "test_credentials.hpp"
#include "with_sandbox.hpp"

namespace easypost_connect::test_support {
namespace {

using Thread = FailingMemory::Thread;
using ::testing::AnyOf;

/// Answers token requests and calls, without a network.
class MemoryTransport final : public Transport {
 public:
  Result<Response> send(const Request& /*request*/, const CallContext& context) override {
    const bool wants_token = context.url == kTokenUrl;
    return Response{200, {}, wants_token ? R"({"access_token":"t","token_type":"Bearer","expires_in":3600})" : "{}"};
  }
};

/// Expects success, or an Error that says "Out of memory."
template <typename T>
void expect_success_or_out_of_memory(const Result<T>& outcome) {
  EXPECT_THAT(outcome, AnyOf(IsOk(), Says("Out of memory.")));
}

/// Makes a client, then a call in which memory fails, then another one.
bool call_twice(const ClientOptions& options, long nth) {
  auto client = ConnectClient::create(options).value();
  std::optional<Result<Response>> answer;
  const bool failed = with_failing_memory(Thread::kThis, nth, [&] { answer = client.get("/jobs"); });
  if (answer) expect_success_or_out_of_memory(*answer);
  EXPECT_THAT(client.get("/jobs"), IsOk());
  return failed;
}

TEST(BlockingMemory, FirstCallFailsAloneOverATransportOfTheCallersOwn) {
  const ClientOptions options = client_options(std::make_shared<MemoryTransport>());
  sweep([&](long nth) { return call_twice(options, nth); });
}

TEST(JsonMemory, IsNotNeededWhereADocumentEnds) {
  std::optional<internal::JsonDocument> document(std::in_place, R"({"a":[1,{"b":"c"}]})");
  bool has_failed = false;
  {
    const FailingMemory none(Thread::kThis, 1);
    document.reset();  // the destructor of nlohmann::json alone would end the process
    has_failed = FailingMemory::has_failed();
  }
  EXPECT_FALSE(has_failed);
}

class BlockingMemoryOverTls : public WithSandbox {
 protected:
  /// Returns options of a client that logs all it does. A line that finds no memory may be lost.
  static ClientOptions options() {
    ClientOptions options = WithSandbox::options();
    options.observer = make_line_logger(
        LogLevel::kDebug, [](std::string_view) {}, LogFormat::kJson);
    return options;
  }

  /// Makes a job and returns the URL that takes its file. The URL can be used once.
  static std::string upload_url(ConnectClient& client) {
    const std::string answer =
        client.post("/jobs/single-file", R"({"workflowId":"w","jobName":"j","filename":"f"})").value().body;
    return nlohmann::json::parse(answer).at("fileUploadUrl");
  }
};

TEST_F(BlockingMemoryOverTls, FirstCallFailsAlone) {
  sweep([&](long nth) { return call_twice(options(), nth); });
}

TEST_F(BlockingMemoryOverTls, CreateSaysSo) {
  sweep([&](long nth) {
    ClientOptions given = options();
    std::optional<Result<ConnectClient>> client;
    const bool failed =
        with_failing_memory(Thread::kThis, nth, [&] { client = ConnectClient::create(std::move(given)); });
    if (client) expect_success_or_out_of_memory(*client);
    return failed;
  });
}

TEST_F(BlockingMemoryOverTls, ReloadKeepsTheOldCredentials) {
  ClientOptions probing = options();
  probing.reload.probe_path = "/jobs";
  const auto scenario = [&](long nth) {
    auto client = ConnectClient::create(probing).value();
    EXPECT_THAT(client.get("/jobs"), IsOk());
    std::optional<Result<CredentialsStatus>> reloaded;
    const bool failed = with_failing_memory(Thread::kThis, nth, [&] { reloaded = client.reload(); });
    if (reloaded) expect_success_or_out_of_memory(*reloaded);
    EXPECT_THAT(client.get("/jobs"), IsOk());
    return failed;
  };
  sweep(scenario, 3);  // a reload takes long: it probes, and pauses after failed token requests
}

TEST_F(BlockingMemoryOverTls, WarmUpFailsAlone) {
  sweep([&](long nth) {
    auto client = ConnectClient::create(options()).value();
    std::optional<Result<CredentialsStatus>> ready;
    const bool failed = with_failing_memory(Thread::kThis, nth, [&] { ready = client.warm_up(); });
    if (ready) expect_success_or_out_of_memory(*ready);
    EXPECT_THAT(client.get("/jobs"), IsOk());
    return failed;
  });
}

TEST_F(BlockingMemoryOverTls, AnUploadFailsAlone) {
  sweep([&](long nth) {
    auto client = ConnectClient::create(options()).value();
    const std::string url = upload_url(client);
    Body content("content");
    std::optional<Result<Response>> answer;
    const bool failed =
        with_failing_memory(Thread::kThis, nth, [&] { answer = client.upload(url, std::move(content)); });
    if (answer) expect_success_or_out_of_memory(*answer);
    EXPECT_THAT(client.get("/jobs"), IsOk());
    return failed;
  });
}

/// The child makes its call with objects of its own, and never frees those of its parent.
TEST_F(BlockingMemoryOverTls, AChildOfForkFailsForOneCall) {
  enum Outcome : int { kNoneFailed, kAsItShould, kUnlike };
  auto client = std::make_unique<ConnectClient>(ConnectClient::create(options()).value());
  EXPECT_THAT(client->get("/jobs"), IsOk());
  const auto program = [&](long nth, bool calls) {
    std::optional<Result<Response>> answer;
    const bool failed =
        with_failing_memory(Thread::kThis, nth, [&] { calls ? void(answer = client->get("/jobs")) : client.reset(); });
    if (answer) expect_success_or_out_of_memory(*answer);
    const bool goes_on = !calls || client->get("/jobs");
    if (!goes_on || HasFailure()) return kUnlike;
    return failed ? kAsItShould : kNoneFailed;
  };
  for (const bool calls : {true, false}) {
    int outcome = kAsItShould;
    for (long nth = 1; outcome == kAsItShould; ++nth) outcome = run_in_child([&] { return program(nth, calls); });
    EXPECT_EQ(outcome, kNoneFailed);
  }
}

TEST_F(BlockingMemoryOverTls, ASinksFileIsWholeOrNotThere) {
  const TemporaryFolder folder;
  const std::string path = folder.path("jobs.json");
  sweep([&](long nth) {
    auto client = ConnectClient::create(options()).value();
    EXPECT_THAT(client.get("/jobs"), IsOk());
    CallOptions call;
    call.sink = BodySink::to_file(path);
    std::optional<Result<Response>> answer;
    const bool failed = with_failing_memory(Thread::kThis, nth, [&] { answer = client.get("/jobs", std::move(call)); });
    if (answer) expect_success_or_out_of_memory(*answer);
    EXPECT_EQ(folder.count(), answer && *answer ? 1 : 0);
    ::unlink(path.c_str());
    return failed;
  });
}

}  // namespace
}  // namespace easypost_connect::test_support
