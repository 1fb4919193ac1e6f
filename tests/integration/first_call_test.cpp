// SPDX-License-Identifier: Apache-2.0
// The client calls the sandbox: three layers, real TLS, nothing wrong.
#include <chrono>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>
#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

ConnectClient client_of(const Sandbox& sandbox) { return ConnectClient::create(sandbox.client_options()).value(); }

TEST(ConnectClient, PassesAllThreeLayers) {
  const auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  const auto response = client.get("/jobs");
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.find("Content-Type"), "application/json");
  EXPECT_EQ(parse_json(*response)->size(), 3U);
  EXPECT_EQ(sandbox.counters().api_refused, 0U);
}

TEST(ConnectClient, MakesAThousandCallsOnOneHandshakeWithOneToken) {
  const auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(client.get("/jobs"));
  const auto counters = sandbox.counters();
  EXPECT_EQ(counters.api_handshakes, 1U);
  EXPECT_EQ(counters.oauth_handshakes, 1U);
  EXPECT_EQ(counters.token_requests, 1U);
  EXPECT_EQ(counters.api_requests, 1000U);
}

TEST(ConnectClient, ServesManyThreadsWithOneToken) {
  const auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&client] {
      for (int call = 0; call < 25; ++call) EXPECT_TRUE(client.get("/jobs"));
    });
  }
  for (auto& thread : threads) thread.join();
  const auto counters = sandbox.counters();
  EXPECT_EQ(counters.token_requests, 1U);
  EXPECT_EQ(counters.api_requests, 400U);
  EXPECT_LE(counters.api_handshakes, 16U);
}

TEST(ConnectClient, SendsMethodQueryHeadersAndBody) {
  const auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  CallOptions options;
  options.query = {{"after", "5b1f0a7e-0000-4000-8000-000000000001"}};
  EXPECT_EQ(parse_json(*client.get("/jobs", options))->size(), 2U);

  CallOptions for_another_company;
  for_another_company.headers = {{"x-managed-company-id", "company-7"}};
  const auto prepared =
      client.post("/jobs/single-file", R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})", for_another_company);
  ASSERT_TRUE(prepared) << prepared.error().describe();
  EXPECT_EQ(prepared->status, 201);
  const auto id = parse_json(*prepared)->at("id").get<std::string>();
  const auto job = client.get("/jobs/" + id);
  ASSERT_TRUE(job);
  EXPECT_THAT(job->body, HasSubstr("company-7"));
}

TEST(ConnectClient, SwitchesBetweenMethodsOnOneConnection) {
  const auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  const std::string body = R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})";
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(client.get("/jobs"));
    EXPECT_TRUE(client.post("/jobs/single-file", body));
    EXPECT_TRUE(client.send({Method::kHead, "/jobs"}));
    // The sandbox has no such operations. Its refusal shows that method and path arrived.
    for (const auto& refused : {client.put("/jobs/1", body), client.patch("/jobs/1", body), client.del("/jobs/1")}) {
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().seen.http_status, 404);
    }
  }
  EXPECT_EQ(sandbox.counters().api_handshakes, 1U);
}

TEST(ConnectClient, UploadsWithoutAnyCredential) {
  const auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  const auto prepared = client.post("/jobs/single-file", R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})");
  ASSERT_TRUE(prepared);
  const auto job = *parse_json(*prepared);
  const auto uploaded = client.upload(job.at("fileUploadUrl").get<std::string>(), std::string(3'000'000, 'x'));
  ASSERT_TRUE(uploaded) << uploaded.error().describe();
  EXPECT_EQ(sandbox.counters().uploads, 1U);
  EXPECT_EQ(sandbox.counters().leaked_credentials, 0U);
  const auto after = client.get("/jobs/" + job.at("id").get<std::string>());
  EXPECT_THAT(after->body, Not(HasSubstr("AWAITING_FOR_FILE")));
}

TEST(ConnectClient, TakesANewTokenBeforeTheOldOneExpires) {
  SandboxOptions options;
  options.token_life = 10s;
  const auto sandbox = Sandbox::start(options).value();
  auto client = client_of(sandbox);
  const auto end_of_the_first = std::chrono::steady_clock::now() + options.token_life;
  while (std::chrono::steady_clock::now() < end_of_the_first + 500ms) {
    ASSERT_TRUE(client.get("/jobs"));
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(sandbox.counters().api_refused, 0U);
  EXPECT_EQ(sandbox.counters().token_requests, 2U);
}

TEST(ConnectClient, ReplacesARevokedTokenOnce) {
  auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  ASSERT_TRUE(client.get("/jobs"));
  sandbox.revoke_tokens();
  EXPECT_TRUE(client.get("/jobs"));
  EXPECT_EQ(sandbox.counters().token_requests, 2U);
  EXPECT_EQ(sandbox.counters().api_refused, 1U);
}

TEST(ConnectClient, SurvivesAServerThatDropsIdleConnections) {
  auto sandbox = Sandbox::start().value();
  auto client = client_of(sandbox);
  for (int i = 0; i < 5; ++i) {
    const auto response = client.get("/jobs");
    ASSERT_TRUE(response) << response.error().describe();
    sandbox.close_connections();
  }
  EXPECT_EQ(sandbox.counters().api_handshakes, 5U);
}

TEST(ConnectClient, SendsTheClientSecretInABasicHeaderWhenAsked) {
  const auto sandbox = Sandbox::start().value();
  auto options = sandbox.client_options();
  options.credentials.oauth_client.authentication = ClientAuthentication::kSecretBasic;
  auto client = ConnectClient::create(options).value();
  const auto response = client.get("/jobs");
  EXPECT_TRUE(response) << response.error().describe();
}

}  // namespace
}  // namespace easypost_connect
