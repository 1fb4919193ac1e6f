// SPDX-License-Identifier: Apache-2.0
// This trouble passes. The caller should not notice, and nothing may happen twice.
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOrder = R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})";

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    auto options = sandbox_.client_options();
    options.retry.first_pause = 1ms;
    client_.emplace(ConnectClient::create(options).value());
  }

  void answer(SandboxHost host, int status, Headers headers = {}, std::size_t times = 1) {
    SandboxFault fault;
    fault.status = status;
    fault.headers = std::move(headers);
    fault.times = times;
    sandbox_.inject(host, fault);
  }

  Sandbox sandbox_ = Sandbox::start().value();
  std::optional<ConnectClient> client_;
};

TEST_F(Recovery, RepeatsAnIdempotentCallThatTheServiceFailed) {
  answer(SandboxHost::kApi, 503, {}, 3);
  EXPECT_TRUE(client_->get("/jobs"));
  EXPECT_EQ(sandbox_.counters().api_requests, 4U);
}

TEST_F(Recovery, AsksForTheUrlOfEachCallAlsoWhenTheConnectionWasLost) {
  for (int i = 0; i < 9; ++i) {
    const std::string id = "5b1f0a7e-0000-4000-8000-00000000000" + std::to_string(1 + i % 3);
    const auto job = client_->get("/jobs/" + id);
    ASSERT_TRUE(job);
    EXPECT_NE(job->body.find(id), std::string::npos) << job->body;
    if (i % 2 == 1) sandbox_.close_connections();
  }
}

TEST_F(Recovery, DoesNotRepeatAPostThatTheServiceFailed) {
  answer(SandboxHost::kApi, 503);
  const auto response = client_->post("/jobs/single-file", kOrder);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().seen.http_status, 503);
  EXPECT_EQ(sandbox_.counters().api_requests, 1U);
}

TEST_F(Recovery, RepeatsAPostThatWasTurnedAwayWithRetryAfter) {
  answer(SandboxHost::kApi, 429, {{"retry-after", "0"}});
  EXPECT_TRUE(client_->post("/jobs/single-file", kOrder));
  EXPECT_EQ(sandbox_.counters().api_requests, 2U);
}

TEST_F(Recovery, GivesUpAfterEightAttempts) {
  answer(SandboxHost::kApi, 500, {}, 100);
  EXPECT_FALSE(client_->get("/jobs"));
  EXPECT_EQ(sandbox_.counters().api_requests, 8U);
}

TEST_F(Recovery, RepeatsACallWhoseTokenCouldNotBeFetchedAtFirst) {
  answer(SandboxHost::kOAuth, 502);
  CallOptions options;
  options.timeout = 10s;
  EXPECT_TRUE(client_->post("/jobs/single-file", kOrder, options));  // nothing had been sent
  EXPECT_EQ(sandbox_.counters().api_requests, 1U);
}

TEST_F(Recovery, NeverRepeatsARefusedCredential) {
  answer(SandboxHost::kApi, 403, {}, 10);
  EXPECT_FALSE(client_->get("/jobs"));
  EXPECT_EQ(sandbox_.counters().api_requests, 1U);
}

TEST_F(Recovery, SixtyFourThreadsWithARevokedTokenMakeOneTokenRequest) {
  ASSERT_TRUE(client_->get("/jobs"));
  sandbox_.revoke_tokens();
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([this] { EXPECT_TRUE(client_->get("/jobs")); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sandbox_.counters().token_requests, 2U);
}

TEST_F(Recovery, NobodyWaitsForARefreshWhileTheTokenIsValid) {
  SandboxOptions options;
  options.token_life = 10s;
  auto sandbox = Sandbox::start(options).value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  ASSERT_TRUE(client.get("/jobs"));
  SandboxFault stalled;
  stalled.status = 500;
  stalled.delay = 1h;
  sandbox.inject(SandboxHost::kOAuth, stalled);
  while (sandbox.counters().token_requests < 2) {
    ASSERT_TRUE(client.get("/jobs"));
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_TRUE(client.get("/jobs"));
  EXPECT_EQ(sandbox.counters().api_refused, 0U);
}

TEST_F(Recovery, ADeadTokenEndpointIsNotHammered) {
  answer(SandboxHost::kOAuth, 500, {}, 1000);
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, &failures] {
      CallOptions options;
      options.timeout = 1s;
      if (!client_->get("/jobs", options)) ++failures;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 8);
  EXPECT_LE(sandbox_.counters().token_requests, 4U);  // the requests come at 0, 0.25 to 0.5, 0.75 to 1.5 s
}

TEST_F(Recovery, ClientsNeverShareATokenOrAConnection) {
  auto options = sandbox_.client_options();
  options.credentials.oauth_client.scope = "jobs:read";
  auto other = ConnectClient::create(options).value();
  ASSERT_TRUE(client_->get("/jobs"));
  ASSERT_TRUE(other.get("/jobs"));
  EXPECT_EQ(sandbox_.counters().token_requests, 2U);
  EXPECT_EQ(sandbox_.counters().api_handshakes, 2U);
}

}  // namespace
}  // namespace easypost_connect
