// SPDX-License-Identifier: Apache-2.0
// The client against servers of others: nginx as the gateway, oidc-provider as the OAuth server.
#include <algorithm>
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>

#include "crew.hpp"
#include "figures.hpp"
#include "gateway_and_oauth.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::this_thread::sleep_for;

constexpr const char* kOrder = R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})";

/// A client of these servers that has its first token already, and notes what it does.
class Partner {
 public:
  Partner(const GatewayAndOAuth& servers, const std::string& path) : path_(path) {
    ClientOptions options = servers.client_options();
    options.observer = watch_;
    client_.emplace(ConnectClient::create(std::move(options)).value());
    const auto first = client_->get(path_);
    if (!first) throw std::runtime_error(first.error().describe());
  }

  /// Three reads and one order, in turn.
  [[nodiscard]] Crew::OneCall reads_and_orders() const {
    return [path = path_](ConnectClient& client, int number) {
      return number % 4 == 3 ? client.post(path, kOrder) : client.get(path);
    };
  }
  /// Three reads and one replacement, in turn: each may be repeated even if it may have arrived.
  [[nodiscard]] Crew::OneCall idempotent_calls() const {
    return [path = path_](ConnectClient& client, int number) {
      return number % 4 == 3 ? client.put(path, kOrder) : client.get(path);
    };
  }

  [[nodiscard]] ConnectClient& client() { return *client_; }
  [[nodiscard]] const Watch& watch() const { return *watch_; }

 private:
  std::string path_;
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
  std::optional<ConnectClient> client_;
};

Row row_of(const std::string& scenario, const std::vector<CallRecord>& calls, std::size_t failures,
           const Partner& partner, const GatewayAndOAuth& servers) {
  const auto tokens = partner.watch().tokens();
  Row row;
  row.scenario = scenario;
  row.calls = calls.size();
  row.failures = failures;
  row.retries = partner.watch().retries();
  row.failed_token_requests = static_cast<std::size_t>(
      std::count_if(tokens.begin(), tokens.end(), [](const TokenRecord& token) { return !token.success; }));
  row.token_requests = servers.token_requests() + row.failed_token_requests;
  row.latency = compare(calls, tokens);
  add_to_figures(row);
  return row;
}

Row row_of(const std::string& scenario, const Crew& crew, const Partner& partner, const GatewayAndOAuth& servers) {
  return row_of(scenario, crew.calls(), crew.failures(), partner, servers);
}

/// How long the longest scenario lasts; shorter runs are for sanitizers, longer ones for soaking.
seconds duration() {
  const char* text = std::getenv("EASYPOST_CONNECT_INTEROP_SECONDS");
  return seconds(text != nullptr ? std::atoi(text) : 60);
}

TEST(Interop, NobodyNoticesTokensOfThreeSeconds) {
  constexpr seconds kLife{3};
  constexpr milliseconds kTokenDelay{300};  // a call that waited for a refresh would take as long
  GatewayAndOAuth servers({kLife, kTokenDelay});
  Partner partner(servers, "/jobs");
  Crew crew(partner.client(), partner.reads_and_orders());
  sleep_for(duration());
  crew.dismiss();

  const Row row = row_of("tokens of 3 s", crew, partner, servers);
  EXPECT_EQ(row.failures, 0U) << crew.first_failure();
  const auto tokens = partner.watch().tokens();
  EXPECT_EQ(row.token_requests, tokens.size());
  EXPECT_GE(tokens.size(), static_cast<std::size_t>(duration() / kLife));
  // A token is asked for once. A refresh is due at 0.7 of a life at the earliest. oidc-provider counts in whole
  // seconds and gives a token of 3 s a life of at least 2 s.
  for (std::size_t i = 1; i < tokens.size(); ++i) EXPECT_GE(tokens[i].start - tokens[i - 1].start, 2s);
  EXPECT_GT(row.latency.at_refresh.calls, 0U);
  EXPECT_LT(row.latency.at_refresh.p99_ms, static_cast<double>(kTokenDelay.count())) << "calls wait for refreshes";
}

TEST(Interop, TheTokenOutlivesItsServer) {
  GatewayAndOAuth servers({20s, 0ms});
  Partner partner(servers, "/lenient/jobs");
  Crew crew(partner.client(), partner.reads_and_orders());
  sleep_for(13s);
  servers.kill_oauth();
  while (partner.watch().tokens().back().success) sleep_for(10ms);  // the refresh is due after 14 to 16 s
  servers.start_oauth();
  sleep_for(5s);
  crew.dismiss();

  const Row row = row_of("token server killed, back after a refresh failed", crew, partner, servers);
  EXPECT_EQ(row.failures, 0U) << crew.first_failure();
  EXPECT_EQ(row.retries, 0U) << "the token that was still valid was not used";
  EXPECT_TRUE(partner.watch().tokens().back().success);
  EXPECT_EQ(row.token_requests - row.failed_token_requests, 2U);
}

TEST(Interop, IdempotentCallsOutliveTheGateway) {
  GatewayAndOAuth servers({60s, 0ms});
  Partner partner(servers, "/jobs");
  Crew crew(partner.client(), partner.idempotent_calls());
  sleep_for(2s);
  servers.stop_gateway();
  sleep_for(1s);
  servers.start_gateway();
  sleep_for(3s);
  servers.reload_gateway();
  sleep_for(2s);
  crew.dismiss();

  const Row row = row_of("gateway away for 1 s, then reloaded", crew, partner, servers);
  EXPECT_EQ(row.failures, 0U) << crew.first_failure();
  EXPECT_GT(row.retries, 0U) << "the outage was not noticed";
  EXPECT_EQ(row.token_requests, 1U);
}

TEST(Interop, CallsThatAreTurnedAwayComeBack) {
  GatewayAndOAuth servers({60s, 0ms});
  Partner partner(servers, "/limited/jobs");
  std::vector<CallRecord> calls;
  std::size_t failures = 0;
  for (int burst = 0; burst < 3; ++burst) {
    Crew crew(partner.client(), partner.idempotent_calls(), 1);
    crew.dismiss();
    EXPECT_EQ(crew.failures(), 0U) << crew.first_failure();
    failures += crew.failures();
    calls.insert(calls.end(), crew.calls().begin(), crew.calls().end());
  }
  const Row row = row_of("3 bursts of 16 calls, 20/s allowed", calls, failures, partner, servers);
  EXPECT_GT(row.retries, 0U) << "nobody was turned away";
  EXPECT_EQ(row.token_requests, 1U);
}

TEST(Interop, ARevokedTokenCostsOneTokenRequest) {
  GatewayAndOAuth servers({60s, 0ms});
  Partner partner(servers, "/jobs");
  Crew crew(partner.client(), partner.reads_and_orders());
  sleep_for(2s);
  servers.revoke_newest_token();
  sleep_for(2s);
  crew.dismiss();

  const Row row = row_of("token revoked", crew, partner, servers);
  EXPECT_EQ(row.failures, 0U) << crew.first_failure();
  EXPECT_GT(row.latency.at_replacement.calls, 0U) << "nobody was refused";
  EXPECT_EQ(row.token_requests, 2U);
}

/// Makes a call with these options and returns the Factor of its failure.
Factor blamed(ClientOptions options) {
  const auto response = ConnectClient::create(std::move(options)).value().get("/jobs");
  EXPECT_FALSE(response);
  return response ? Factor::kService : response.error().factor;
}

TEST(Interop, EachOfTheThreeCredentialsIsReallyChecked) {
  const GatewayAndOAuth servers({60s, 0ms});
  ClientOptions wrong_key = servers.client_options();
  wrong_key.credentials.api_key = Secret("canary-secret-of-nobody");
  EXPECT_EQ(blamed(wrong_key), Factor::kApiKey);

  ClientOptions wrong_secret = servers.client_options();
  wrong_secret.credentials.oauth_client.secret = Secret("canary-secret-of-nobody");
  EXPECT_EQ(blamed(wrong_secret), Factor::kOAuthClient);

  const auto stranger = sandbox::CertificateAuthority().issue();
  ClientOptions wrong_certificate = servers.client_options();
  wrong_certificate.credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(stranger.certificate));
  wrong_certificate.credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(stranger.private_key));
  EXPECT_EQ(blamed(wrong_certificate), Factor::kClientCertificate);
}

}  // namespace
}  // namespace easypost_connect::interop
