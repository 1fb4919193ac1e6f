// SPDX-License-Identifier: Apache-2.0
// create() names each fault that can be found without asking a server, and makes no connection.
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "cooperative_hosts.hpp"
#include "rude_server.hpp"
#include "trial.hpp"

namespace easypost_connect::interop {
namespace {

using Change = std::function<void(Credentials& credentials)>;

/// Expects that create() names `factor`, and that API and token endpoint see no connection. A client that was made
/// nevertheless makes a call.
void expect_found(const std::string& fault, Factor factor, const Change& change) {
  const RudeServer anybody(RudeServer::Manner::kResets);
  ClientOptions options = partner_of(anybody.url(), nullptr);
  options.environment.token_url = anybody.url() + "/oauth2/token";
  options.credentials.client_certificate = material(hosts().certificates.partner);
  options.server_ca = pem(hosts().certificates.server_authority.certificate());
  change(options.credentials);
  auto client = ConnectClient::create(options);
  const Result<Response> result = client ? client->get("/jobs") : Result<Response>(client.error());
  const bool right = !client && client.error().factor == factor && anybody.connections() == 0;
  matrix(Table::kLocal)
      .add(fault, "create() says; connections made", right ? Verdict::kRight : Verdict::kWrong,
           std::string(to_string(result.error().factor)) + "; " + std::to_string(anybody.connections()));
  EXPECT_TRUE(right) << fault << ": " << result.error().describe();
}

sandbox::IssuedCertificate shown_in(const std::string& name) {
  for (const auto& one : hosts().certificates.cases) {
    if (one.name == name) return one.issued;
  }
  throw std::logic_error("no certificate " + name);
}

TEST(LocalFault, OfTheClientCertificateIsFoundBeforeAByteIsSent) {
  const auto expect = [](const std::string& fault, const std::function<void(ClientCertificate&)>& change) {
    expect_found(fault, Factor::kClientCertificate,
                 [&](Credentials& credentials) { change(credentials.client_certificate); });
  };
  sandbox::CertificateProfile profile;
  profile.passphrase = "canary-secret-passphrase";
  const auto locked = hosts().certificates.client_authority.issue(profile);

  expect("no certificate", [](ClientCertificate& one) { one = {}; });
  expect("no private key", [](ClientCertificate& one) { one.private_key = {}; });
  expect("key of another certificate",
         [](ClientCertificate& one) { one.private_key = material(shown_in("revoked")).private_key; });
  expect("key of another type", [&](ClientCertificate& one) {
    one.private_key = material(locked).private_key;
    one.passphrase = Secret(profile.passphrase);
  });
  expect("wrong passphrase", [&](ClientCertificate& one) {
    one = material(locked);
    one.passphrase = Secret("canary-secret-of-nobody");
  });
  expect("no passphrase", [&](ClientCertificate& one) { one = material(locked); });
  expect("garbage for a certificate", [](ClientCertificate& one) { one.certificate = pem("-----BEGIN nonsense"); });
  expect("half a certificate", [](ClientCertificate& one) {
    one.certificate = pem(hosts().certificates.partner.certificate.substr(0, 200));
  });
  expect("garbage for a key", [](ClientCertificate& one) { one.private_key = pem("-----BEGIN nonsense"); });
  expect("no such file",
         [](ClientCertificate& one) { one.certificate = TlsMaterial::file("/nonexistent/partner.pem"); });
  expect("expired", [](ClientCertificate& one) { one = material(shown_in("expired")); });
  expect("not yet valid", [](ClientCertificate& one) { one = material(shown_in("not yet valid")); });
  expect("for servers only", [](ClientCertificate& one) { one = material(shown_in("for servers only")); });
  expect("a key too short", [](ClientCertificate& one) {
    sandbox::CertificateProfile weak;
    weak.key_type = sandbox::KeyType::kRsa1024;
    one = material(hosts().certificates.client_authority.issue(weak));
  });
}

TEST(LocalFault, OfTheOtherCredentialsIsFoundBeforeAByteIsSent) {
  expect_found("no API key", Factor::kApiKey, [](Credentials& credentials) { credentials.api_key = {}; });
  expect_found("API key with a line break", Factor::kApiKey,
               [](Credentials& credentials) { credentials.api_key = Secret("canary-secret\n"); });
  expect_found("no client id", Factor::kOAuthClient,
               [](Credentials& credentials) { credentials.oauth_client.id = {}; });
  expect_found("no client secret", Factor::kOAuthClient,
               [](Credentials& credentials) { credentials.oauth_client.secret = {}; });
}

}  // namespace
}  // namespace easypost_connect::interop
