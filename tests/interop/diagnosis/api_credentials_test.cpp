// SPDX-License-Identifier: Apache-2.0
// API key, access token and OAuth client, one at fault at a time, at each kind of API.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/sandbox.hpp>

#include "cooperative_hosts.hpp"
#include "gateway_and_oauth.hpp"
#include "trial.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using Change = std::function<void(ClientOptions& options)>;

/// An API: options and a transport with which calls succeed there, and tokens that it refuses.
struct Api {
  std::string column;
  ClientOptions partner;
  std::shared_ptr<Transport> way;
  std::string expired, revoked, foreign;  ///< whole values of Authorization
};

Tampering::Change with(const std::string& name, const std::string& value) {
  return [name, value](CallContext& context) {
    for (auto& credential : context.credentials) {
      if (credential.name == name) credential.value = Secret(value);
    }
  };
}

Tampering::Change without(const std::string& name) {
  return [name](CallContext& context) {
    auto& all = context.credentials;
    const auto is_it = [&](const SecretHeader& one) { return one.name == name; };
    all.erase(std::remove_if(all.begin(), all.end(), is_it), all.end());
  };
}

/// Applies `change` to the first call only.
Tampering::Change once(Tampering::Change change) {
  return [change = std::move(change), done = std::make_shared<bool>(false)](CallContext& context) {
    if (!std::exchange(*done, true)) change(context);
  };
}

ClientOptions tampered(const Api& api, const Tampering::Change& change) {
  ClientOptions options = api.partner;
  options.credentials.client_certificate = {};
  options.server_ca = {};
  options.retry.max_attempts = 1;
  options.transport = std::make_shared<Tampering>(api.way, options.environment.api_url, change);
  return options;
}

const Tampering::Change kNothing = [](CallContext& /*context*/) {};

/// Returns the value of Authorization in a call that succeeds.
std::string token_of(const Api& api) {
  std::string seen;
  const auto note = [&seen](CallContext& context) {
    for (const auto& one : context.credentials) {
      if (one.name == "authorization") seen = std::string(one.value.expose());
    }
  };
  const auto response = get(tampered(api, note));
  EXPECT_TRUE(response) << response.error().describe();
  return seen;
}

void expect_wire(const Api& api, const std::string& row, Factor factor, const Tampering::Change& change) {
  expect_blamed(Table::kApi, row, api.column, get(tampered(api, change)), factor);
}

void expect_client(const Api& api, const std::string& row, const Change& change) {
  ClientOptions options = tampered(api, kNothing);
  change(options);
  expect_blamed(Table::kApi, row, api.column, get(options), Factor::kOAuthClient);
}

void try_api_key_and_token(const Api& api) {
  expect_taken(Table::kApi, "none at fault", api.column, get(tampered(api, kNothing)), Verdict::kRight);
  expect_wire(api, "API key missing", Factor::kApiKey, without("x-api-key"));
  expect_wire(api, "API key wrong", Factor::kApiKey, with("x-api-key", "canary-secret-of-nobody"));
  expect_wire(api, "token missing", Factor::kAccessToken, without("authorization"));
  expect_wire(api, "token expired", Factor::kAccessToken, with("authorization", api.expired));
  expect_wire(api, "token revoked", Factor::kAccessToken, with("authorization", api.revoked));
  expect_wire(api, "token of another environment or audience", Factor::kAccessToken,
              with("authorization", api.foreign));
  expect_taken(Table::kApi, "token expired, the next one is good", api.column,
               get(tampered(api, once(with("authorization", api.expired)))), Verdict::kRight);
  expect_taken(Table::kApi, "token revoked, the next one is good", api.column,
               get(tampered(api, once(with("authorization", api.revoked)))), Verdict::kRight);
}

void try_oauth_client(const Api& api, const std::string& scope) {
  expect_client(api, "OAuth client unknown",
                [](ClientOptions& options) { options.credentials.oauth_client.id = "nobody"; });
  expect_client(api, "OAuth client secret wrong", [](ClientOptions& options) {
    options.credentials.oauth_client.secret = Secret("canary-secret-of-nobody");
  });
  expect_client(api, "scope not allowed",
                [&](ClientOptions& options) { options.credentials.oauth_client.scope = scope; });
}

Api sandbox_api(const Sandbox& sandbox) {
  const ClientOptions options = sandbox.client_options();
  return {"sandbox", options, connection(options, HttpVersion::kHttp1), {}, {}, {}};
}

TEST(ApiCredentials, AreToldApartByTheSandbox) {
  SandboxOptions brief;
  brief.token_life = 2s;
  auto sandbox = Sandbox::start(brief).value();
  const auto elsewhere = Sandbox::start().value();
  Api api = sandbox_api(sandbox);
  api.expired = token_of(api);
  std::this_thread::sleep_for(2100ms);
  api.revoked = token_of(api);
  sandbox.revoke_tokens();
  api.foreign = token_of(sandbox_api(elsewhere));
  try_api_key_and_token(api);
  try_oauth_client(api, "everything");
}

TEST(ApiCredentials, AreToldApartByNginxAndOidcProvider) {
  GatewayAndOAuth servers({3s, 0ms});
  const ClientOptions options = servers.client_options();
  std::vector<Api> apis;
  for (const HttpVersion http : kBothHttpVersions) {
    apis.push_back(
        {"nginx, oidc-provider", options, connection(options, http), {}, {}, "Bearer canary-secret-of-nobody"});
    apis.back().expired = token_of(apis.back());
  }
  std::this_thread::sleep_for(3100ms);
  for (Api& api : apis) {
    api.revoked = token_of(api);
    servers.revoke_newest_token();
    std::this_thread::sleep_for(200ms);
    try_api_key_and_token(api);
    try_oauth_client(api, "jobs:write");
    expect_client(api, "grant not allowed",
                  [](ClientOptions& one) { one.credentials.oauth_client.id = "partner-without-grant"; });
  }
}

// AWS answers a wrong API key in the same way. The key is the likelier of the two.
TEST(ApiCredentials, OrTheCertificateWhereAwsForbids) {
  const Certificates& certificates = hosts().certificates;
  const std::string url = hosts().gateways.url("aws", Tls::kTls13);
  for (const HttpVersion http : kBothHttpVersions) {
    const ClientCertificateCase unknown{"", sandbox::issue_self_signed()};
    const auto way = connection(unknown, http, pem(certificates.server_authority.certificate())).value();
    expect_both_named(Table::kApi, "client certificate not trusted", "answers of AWS", get(partner_of(url, way)),
                      Factor::kApiKey, "client certificate");
  }
}

/// Returns an API at a host of the gateways that takes hosts().api.
Api gateway_api(const std::string& column, const std::string& host, Tls tls, HttpVersion http) {
  const ApiCredentials& credentials = hosts().api;
  const auto way =
      connection({"", hosts().certificates.partner}, http, pem(hosts().certificates.server_authority.certificate()));
  return {column,
          partner_of(hosts().gateways.url(host, tls), nullptr),
          way.value(),
          "Bearer " + credentials.expired_token,
          "Bearer canary-secret-of-nobody",
          "Bearer " + credentials.token_for_another_api};
}

void try_everywhere(const std::string& column, const std::string& host,
                    const std::vector<std::pair<std::string, std::pair<std::string, Factor>>>& paths) {
  for (const Tls tls : {Tls::kTls12, Tls::kTls13}) {
    for (const HttpVersion http : kBothHttpVersions) {
      const Api api = gateway_api(column, host, tls, http);
      try_api_key_and_token(api);
      for (const auto& [row, expected] : paths) {
        expect_blamed(Table::kApi, row, column, get(tampered(api, kNothing), expected.first), expected.second);
      }
    }
  }
}

TEST(ApiCredentials, AreToldApartByWhatAwsAnswers) {
  try_everywhere("answers of AWS", "aws",
                 {{"right missing", {"/denied", Factor::kOAuthClient}},
                  {"scope missing in the token", {"/scope", Factor::kOAuthClient}},
                  {"path that is not there", {"/nowhere", Factor::kRequest}},
                  {"rate of the usage plan exceeded", {"/throttled", Factor::kService}},
                  {"quota of the usage plan used up", {"/quota", Factor::kService}}});
}

// Envoy would take a revoked token, because it does not ask the OAuth server. That row tries a text that is no token.
TEST(ApiCredentials, AreToldApartByEnvoy) {
  try_everywhere("Envoy", "envoy",
                 {{"right missing", {"/denied", Factor::kOAuthClient}},
                  {"path that is not there", {"/nowhere", Factor::kRequest}},
                  {"rate limit exceeded", {"/throttled", Factor::kService}},
                  {"nothing behind the gateway", {"/unwell", Factor::kService}}});
}

}  // namespace
}  // namespace easypost_connect::interop
