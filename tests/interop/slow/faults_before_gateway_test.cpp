// SPDX-License-Identifier: Apache-2.0
// Toxiproxy between the client and the gateway. The client reaches the OAuth server without it.
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>

#include "crew.hpp"
#include "gateway_and_oauth.hpp"
#include "toxiproxy.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using std::this_thread::sleep_for;

const Toxic kReset{"reset_peer", {{"timeout", 0}}};
const Toxic kBlackHole{"timeout", {{"timeout", 0}}};
const Toxic kClosedInSilence{"timeout", {{"timeout", 300}}};
const Toxic kCut{"limit_data", {{"bytes", 5}}};
const Toxic kRequestCut{"limit_data", {{"bytes", 5}}, "upstream"};
/// The server has asked for the client certificate then.
const Toxic kCutInTheCertificate{"limit_data", {{"bytes", 600}}, "upstream"};

struct Case {
  std::string name;
  Toxic toxic;
  ErrorCode code;
  std::string words;  ///< the Error has these
};

enum class Engine { kBlocking, kMultiplexed };

void PrintTo(Engine engine, std::ostream* out) { *out << (engine == Engine::kBlocking ? "Blocking" : "Multiplexed"); }

class FaultsBeforeTheGateway : public testing::TestWithParam<Engine> {
 protected:
  [[nodiscard]] ConnectClient client(std::chrono::milliseconds attempt = 2s, int attempts = 8) {
    ClientOptions options = servers_.client_options();
    options.environment.api_url = "https://localhost:" + std::to_string(way_.port());
    options.timeouts.attempt = attempt;
    options.retry.max_attempts = attempts;
    options.observer = watch_;
    return ConnectClient::create(options).value();
  }
  static Result<Response> send(ConnectClient& client, Method method, std::chrono::milliseconds timeout = 60s) {
    Request request{method, "/jobs", method == Method::kGet ? "" : "{}", {}};
    request.options.timeout = timeout;
    return GetParam() == Engine::kBlocking ? client.send(request) : send_future(client, std::move(request)).get();
  }
  static void expect_network(const Case& one, const Result<Response>& answer, bool never_sent) {
    ASSERT_FALSE(answer) << one.name;
    SCOPED_TRACE(one.name + ": " + answer.error().describe());
    EXPECT_EQ(answer.error().code, one.code);
    EXPECT_EQ(answer.error().factor, Factor::kNetwork);
    EXPECT_EQ(answer.error().never_sent, never_sent);
    EXPECT_NE(answer.error().describe().find(one.words), std::string::npos);
  }

  GatewayAndOAuth servers_{{60s, 0ms}};
  Toxiproxy way_{servers_.gateway_port()};
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
};

TEST_P(FaultsBeforeTheGateway, AreBlamedOnTheNetworkBeforeAByteIsSent) {
  const Case cases[] = {
      {"reset", kReset, ErrorCode::kTls, "what ends connections"},
      {"black hole", kBlackHole, ErrorCode::kTimeout, "did not complete the TLS handshake in time"},
      {"closed in silence", kClosedInSilence, ErrorCode::kTls, "what ends connections"},
      {"handshake cut", kCut, ErrorCode::kTls, "what ends connections"},
      {"refused", Toxiproxy::kDisabled, ErrorCode::kConnection, "Check host and port"},
  };
  for (const Case& one : cases) {
    way_.add(one.toxic);
    auto client = this->client(2s, /*attempts=*/1);
    expect_network(one, send(client, Method::kPost, 1s), /*never_sent=*/true);
    way_.heal();
  }
}

/// No sign decides whether the network is at fault or the server has refused the certificate.
TEST_P(FaultsBeforeTheGateway, AreNamedBesideTheCertificateWhereTheServerAskedForIt) {
  way_.add(kCutInTheCertificate);
  auto client = this->client();
  const auto answer = send(client, Method::kPost, 1s);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().factor, Factor::kClientCertificate);
  EXPECT_NE(answer.error().message.find("otherwise the connection broke"), std::string::npos)
      << answer.error().describe();
}

TEST_P(FaultsBeforeTheGateway, NeverHaveAPostSentTwice) {
  const Case cases[] = {
      {"reset", kReset, ErrorCode::kConnection, "Look whether the request was carried out"},
      {"black hole", kBlackHole, ErrorCode::kTimeout, "did not answer the request in time"},
      {"closed in silence", kClosedInSilence, ErrorCode::kConnection, "Look whether the request was carried out"},
      {"answer cut", kCut, ErrorCode::kConnection, "Look whether the request was carried out"},
      {"request cut", kRequestCut, ErrorCode::kConnection, "Look whether the request was carried out"},
  };
  for (const Case& one : cases) {
    auto client = this->client();
    ASSERT_TRUE(send(client, Method::kGet));
    way_.add(one.toxic);
    expect_network(one, send(client, Method::kPost, 1s), /*never_sent=*/false);
    way_.heal();
  }
  EXPECT_EQ(watch_->retries(), 0U);
}

TEST_P(FaultsBeforeTheGateway, LetAPostThroughThatCouldNotBeSentAtFirst) {
  auto client = this->client();
  ASSERT_TRUE(send(client, Method::kGet));
  way_.add(Toxiproxy::kDisabled);
  std::thread healer([&] {
    sleep_for(300ms);
    way_.heal();
  });
  const auto answer = send(client, Method::kPost);
  healer.join();
  EXPECT_TRUE(answer) << answer.error().describe();
  EXPECT_GT(watch_->retries(), 0U);
}

/// The first call of each client makes its connection, and so meets each fault twice or more.
TEST_P(FaultsBeforeTheGateway, DoNotStopASlowAnswer) {
  const struct {
    Toxic toxic;
    std::chrono::milliseconds least;
  } rows[] = {{{"latency", {{"latency", 200}}}, 400ms},
              {{"latency", {{"latency", 200}}, "upstream"}, 400ms},
              {{"bandwidth", {{"rate", 1}}}, 500ms},
              {{"bandwidth", {{"rate", 1}}, "upstream"}, 500ms},
              {{"slow_close", {{"delay", 3000}}}, 0ms}};
  for (const auto& row : rows) {
    way_.add(row.toxic);
    auto client = this->client(30s);
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = send(client, Method::kPost);
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_TRUE(answer) << row.toxic.type << ": " << answer.error().describe();
    EXPECT_GE(took, row.least) << row.toxic.type;
    way_.heal();
  }
  EXPECT_EQ(watch_->retries(), 0U);
}

TEST_P(FaultsBeforeTheGateway, LoseNoCallThatMayBeRepeated) {
  auto client = this->client();
  ASSERT_TRUE(send(client, Method::kGet));
  Crew crew(client,
            [](ConnectClient& one, int number) { return number % 4 == 3 ? one.put("/jobs", "{}") : one.get("/jobs"); });
  for (const Toxic& toxic :
       {kReset, kBlackHole, kClosedInSilence, kCut, kRequestCut, kCutInTheCertificate, Toxiproxy::kDisabled}) {
    const std::size_t retries = watch_->retries();
    way_.add(toxic);
    sleep_for(300ms);
    way_.heal();
    sleep_for(2s);
    EXPECT_GT(watch_->retries(), retries) << toxic.type << " was not noticed";
  }
  crew.dismiss();
  EXPECT_EQ(crew.failures(), 0U) << crew.first_failure();
}

INSTANTIATE_TEST_SUITE_P(Engines, FaultsBeforeTheGateway, testing::Values(Engine::kBlocking, Engine::kMultiplexed),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::interop
