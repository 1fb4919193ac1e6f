// SPDX-License-Identifier: Apache-2.0
// Toxiproxy between the client and the OAuth server. The gateway reaches that server without it.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crew.hpp"
#include "gateway_and_oauth.hpp"
#include "toxiproxy.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using std::this_thread::sleep_for;

struct Case {
  std::string name;
  Toxic toxic;
  ErrorCode code;
  std::string words;  ///< the Error has these
};

class FaultsBeforeTheTokenServer : public testing::Test {
 protected:
  ConnectClient client(std::chrono::milliseconds timeout, int attempts = 8) const {
    ClientOptions options = servers_.client_options();
    options.environment.token_url = "https://localhost:" + std::to_string(way_.port()) + "/oauth2/token";
    options.timeouts.request = timeout;
    options.retry.max_attempts = attempts;
    options.observer = watch_;
    return ConnectClient::create(options).value();
  }
  void wait_for_token_request(bool success) const {
    const auto patience = std::chrono::steady_clock::now() + 30s;
    while (watch_->tokens().empty() || watch_->tokens().back().success != success) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience);
      sleep_for(10ms);
    }
  }

  static constexpr std::chrono::seconds kTokenLife{12};
  GatewayAndOAuth servers_{{kTokenLife, 0ms}};
  Toxiproxy way_{servers_.oauth_port()};
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
};

const Case kCases[] = {
    {"reset", {"reset_peer", {{"timeout", 0}}}, ErrorCode::kTls, "what ends connections"},
    {"black hole", {"timeout", {{"timeout", 0}}}, ErrorCode::kTimeout, "check that the token endpoint answers"},
    {"closed in silence", {"timeout", {{"timeout", 100}}}, ErrorCode::kTls, "what ends connections"},
    {"handshake cut", {"limit_data", {{"bytes", 5}}}, ErrorCode::kTls, "what ends connections"},
    {"refused", Toxiproxy::kDisabled, ErrorCode::kConnection, "Check host and port"},
};

TEST_F(FaultsBeforeTheTokenServer, AreBlamedOnTheNetworkWhenThereIsNoTokenYet) {
  for (const Case& one : kCases) {
    way_.add(one.toxic);
    const auto answer = client(2s, /*attempts=*/1).get("/jobs");
    way_.heal();
    ASSERT_FALSE(answer) << one.name;
    SCOPED_TRACE(one.name + ": " + answer.error().describe());
    EXPECT_EQ(answer.error().code, one.code);
    EXPECT_EQ(answer.error().factor, Factor::kNetwork);
    EXPECT_TRUE(answer.error().never_sent);
    EXPECT_NE(answer.error().describe().find(one.words), std::string::npos);
    EXPECT_NE(answer.error().message.find("access token"), std::string::npos);
  }
}

/// Each fault lasts until a refresh has failed, when the token in use is still valid.
TEST_F(FaultsBeforeTheTokenServer, AreNotNoticedWhileAnOlderTokenIsValid) {
  auto client = this->client(20s);
  ASSERT_TRUE(client.get("/jobs"));
  Crew crew(client, [](ConnectClient& one, int number) {
    return number % 4 == 3 ? one.post("/jobs", "{}") : one.get("/jobs");
  });
  for (const Case& one : kCases) {
    if (one.code == ErrorCode::kTimeout) continue;  // such a request fails only after the end of the token
    way_.add(one.toxic);
    wait_for_token_request(/*success=*/false);
    way_.heal();
    wait_for_token_request(/*success=*/true);
  }
  crew.dismiss();
  EXPECT_EQ(crew.failures(), 0U) << crew.first_failure();
  EXPECT_EQ(watch_->retries(), 0U);
}

TEST_F(FaultsBeforeTheTokenServer, CostTimeAndNoCallWhileTokenRequestsAreLost) {
  constexpr std::chrono::seconds kOutage{11};  // longer than a token request may take
  way_.add({"timeout", {{"timeout", 0}}});
  auto client = this->client(40s);
  const auto begin = std::chrono::steady_clock::now();
  std::thread healer([&] {
    sleep_for(kOutage);
    way_.heal();
  });
  const auto answer = client.get("/jobs");
  healer.join();
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, kOutage);
  EXPECT_EQ(servers_.token_requests(), 1U);
}

TEST_F(FaultsBeforeTheTokenServer, DoNotStopASlowAnswer) {
  for (const Toxic& slow : {Toxic{"latency", {{"latency", 400}}}, Toxic{"bandwidth", {{"rate", 1}}},
                            Toxic{"slow_close", {{"delay", 2000}}}}) {
    way_.add(slow);
    const auto answer = client(20s).get("/jobs");
    EXPECT_TRUE(answer) << slow.type << ": " << answer.error().describe();
    way_.heal();
  }
}

}  // namespace
}  // namespace easypost_connect::interop
