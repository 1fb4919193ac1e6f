// SPDX-License-Identifier: Apache-2.0
// Many calls on one thread, against nginx with HTTP/2 and oidc-provider.
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>

#include "gateway_and_oauth.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

Request list_jobs() { return {Method::kGet, "/jobs", {}, {}}; }

class InteropMultiplexed : public ::testing::Test {
 protected:
  GatewayAndOAuth servers_{{60s, 0ms}};
  ClientOptions options_ = servers_.client_options();
};

TEST_F(InteropMultiplexed, AHundredCallsShareOneConnection) {
  auto client = ConnectClient::create(options_).value();
  std::set<std::string, std::less<>> connections;
  std::size_t new_connections = 0;
  const std::vector<Request> requests(100, list_jobs());
  for_each(client, requests, [&](std::size_t /*index*/, const Result<Response>& result) {
    ASSERT_TRUE(result) << result.error().describe();
    connections.emplace(result->headers.find("x-connection").value_or(""));
    EXPECT_EQ(result->headers.find("x-protocol"), "HTTP/2.0");
    if (!result->connection_reused) ++new_connections;
  });
  EXPECT_EQ(connections.size(), 1U);
  EXPECT_EQ(new_connections, 1U);
  EXPECT_EQ(servers_.token_requests(), 1U);
}

TEST_F(InteropMultiplexed, LargeBodiesGoByHttp1AndLeaveTheOthersTogether) {
  auto client = ConnectClient::create(options_).value();
  std::map<std::string, std::set<std::string>> protocols;
  std::map<std::string, std::set<std::string>> connections;
  const std::string large(std::size_t{4} * 1024 * 1024, 'x');
  for (int round = 0; round < 3; ++round) {
    std::vector<Request> requests(10, list_jobs());
    requests.insert(requests.begin() + 5, 2, {Method::kPut, "/jobs", Body::from_memory(large), {}});
    for_each(client, requests, [&](std::size_t index, const Result<Response>& result) {
      ASSERT_TRUE(result) << result.error().describe();
      const std::string size = index == 5 || index == 6 ? "large" : "small";
      protocols[size].emplace(result->headers.find("x-protocol").value_or(""));
      connections[size].emplace(result->headers.find("x-connection").value_or(""));
    });
  }
  EXPECT_EQ(protocols["small"], std::set<std::string>{"HTTP/2.0"});
  EXPECT_EQ(protocols["large"], std::set<std::string>{"HTTP/1.1"});
  EXPECT_EQ(connections["small"].size(), 1U);
  // nginx may answer before it has read all of a body; such a connection is not used again.
  for (const auto& connection : connections["large"]) EXPECT_EQ(connections["small"].count(connection), 0U);
}

TEST_F(InteropMultiplexed, TheFirstCallFindsAConnectionThatIsWarm) {
  auto client = ConnectClient::create(options_).value();
  WarmUpOptions multiplexed;
  multiplexed.multiplexed = true;
  ASSERT_TRUE(client.warm_up(multiplexed));
  const auto jobs = send_future(client, list_jobs()).get();
  ASSERT_TRUE(jobs) << jobs.error().describe();
  EXPECT_TRUE(jobs->connection_reused);
  EXPECT_EQ(jobs->headers.find("x-protocol"), "HTTP/2.0");
}

TEST_F(InteropMultiplexed, NobodyNoticesThatTheGatewayReloads) {
  auto client = ConnectClient::create(options_).value();
  std::atomic<bool> dismissed{false};
  std::size_t calls = 0;
  std::thread crew([&] {
    Batch batch(client);
    const auto take = [&] {
      const auto outcome = batch.take();
      EXPECT_TRUE(outcome.result) << outcome.result.error().describe();
      ++calls;
    };
    while (!dismissed) {
      batch.start(list_jobs());
      if (batch.open() == 100) take();
    }
    while (batch.open() > 0) take();
  });
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(500ms);
    servers_.reload_gateway();
  }
  std::this_thread::sleep_for(500ms);
  dismissed = true;
  crew.join();
  EXPECT_GT(calls, 100U);
}

/// nginx ends a connection after its thousandth request, and refuses those that come behind it (GOAWAY).
TEST_F(InteropMultiplexed, NoPostIsLostWhenTheGatewayHasServedAThousandOnAConnection) {
  auto client = ConnectClient::create(options_).value();
  std::set<std::string, std::less<>> connections;
  const std::vector<Request> requests(2500, {Method::kPost, "/lenient/jobs", "{}", {}});
  for_each(client, requests, [&](std::size_t /*index*/, const Result<Response>& result) {
    ASSERT_TRUE(result) << result.error().describe();
    connections.emplace(result->headers.find("x-connection").value_or(""));
  });
  EXPECT_GE(connections.size(), 3U);
}

TEST_F(InteropMultiplexed, RefusalsSayWhichCredentialItWas) {
  const auto blamed = [](ClientOptions options) {
    auto client = ConnectClient::create(std::move(options)).value();
    const auto response = send_future(client, list_jobs()).get();
    EXPECT_FALSE(response);
    return response ? Factor::kService : response.error().factor;
  };
  ClientOptions wrong_key = options_;
  wrong_key.credentials.api_key = Secret("canary-secret-of-nobody");
  EXPECT_EQ(blamed(wrong_key), Factor::kApiKey);

  ClientOptions wrong_secret = options_;
  wrong_secret.credentials.oauth_client.secret = Secret("canary-secret-of-nobody");
  EXPECT_EQ(blamed(wrong_secret), Factor::kOAuthClient);

  const auto stranger = sandbox::CertificateAuthority().issue();
  ClientOptions wrong_certificate = options_;
  wrong_certificate.credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(stranger.certificate));
  wrong_certificate.credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(stranger.private_key));
  EXPECT_EQ(blamed(wrong_certificate), Factor::kClientCertificate);
}

}  // namespace
}  // namespace easypost_connect::interop
