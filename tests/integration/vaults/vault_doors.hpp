// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "aws_environment.hpp"
#include "core/encoding.hpp"
#include "sandbox/certificate_authority.hpp"
#include "scripted_proxy.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::integration_test {

/// A VaultDoor is one request of a source of credentials that is made over a socket.
struct VaultDoor {
  const char* name;
  const char* reference;
  const char* request;  ///< stands in the first line of this request only
  const char* vault;    ///< how its Errors begin
  const char* step;     ///< what its Errors name
  bool by_web_identity = false;
};

inline void PrintTo(const VaultDoor& door, std::ostream* out) { *out << door.name; }

inline constexpr VaultDoor kVaultReads[] = {
    {"HashiCorpRead", "vault://kv/ep?kv=1", "GET /v1/kv/ep ", "HashiCorp Vault at https://localhost:", "read of vault"},
    {"AwsRead", "aws-sm://ep", "POST / ", "AWS Secrets Manager at localhost:", "read of aws-sm"},
    {"AzureRead", "azure-kv://my-vault/ep", "GET /secrets/ep?", "Azure Key Vault", "read of azure-kv"},
    {"GoogleRead", "gcp-sm://p1/ep", ":access ", "Google Secret Manager, ", "read of gcp-sm"}};

inline constexpr VaultDoor kVaultLogins[] = {
    {"HashiCorpLogin", "vault://kv/ep?kv=1", "/auth/approle/login ",
     "HashiCorp Vault at https://localhost:", "login by"},
    {"AwsStsLogin", "aws-sm://ep", "POST / ", "AWS Secrets Manager at localhost:", "login by web identity", true},
    {"AzureLogin", "azure-kv://my-vault/ep", "/oauth2/v2.0/token ", "Azure Key Vault", "login by client secret"}};

/// Returns the JSON of a secret with all credentials.
inline internal::WipedJson& add_credentials(internal::WipedJson& fields, const Credentials& credentials) {
  fields.add("client_cert", credentials.client_certificate.certificate.content().expose());
  fields.add("client_key", credentials.client_certificate.private_key.content().expose());
  fields.add("api_key", credentials.api_key.expose());
  fields.add("client_id", credentials.oauth_client.id);
  fields.add("client_secret", credentials.oauth_client.secret.expose());
  return fields;
}

/// Leads sources of credentials to a server on loopback. The host of Azure's vault is reached through a proxy, because
/// it begins with the name of the vault.
class VaultDoorTest : public testing::Test {
 protected:
  VaultDoorTest() {
    for (const char* const name :
         {"BAO_TOKEN", "VAULT_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_AUTHORITY_HOST"})
      environment_.set(name, "");
    for (const char* const name : {"HTTPS_PROXY", "https_proxy"}) environment_.set(name, proxy_.url());
    for (const char* const name : {"NO_PROXY", "no_proxy"}) environment_.set(name, "localhost,127.0.0.1");
  }

  /// The names of the server's certificate.
  static std::vector<std::string> names() { return {"DNS:localhost", "IP:127.0.0.1", "DNS:*.vault.test"}; }

  vaults::VaultOptions options_for(const VaultDoor& door, const std::string& url, const TlsMaterial& authority) {
    vaults::VaultOptions options;
    options.hashicorp.address = url;
    options.hashicorp.login = vaults::AppRoleLogin{"role-1", Secret("canary-secret-of-role"), false, "approle"};
    options.aws.region = "eu-west-1";
    options.aws.endpoint = url;
    options.azure.tenant_id = "tenant-1";
    options.azure.client_id = "client-1";
    options.azure.login = vaults::AzureSecretLogin{Secret("canary-secret-of-app")};
    options.azure.authority_host = url;
    options.azure.vault_suffix = "vault.test" + url.substr(url.rfind(':'));
    options.google.endpoint = url;
    options.google.credentials = google_key();
    for (TlsMaterial* trusted :
         {&options.hashicorp.server_ca, &options.aws.server_ca, &options.azure.server_ca, &options.google.server_ca})
      *trusted = authority;
    if (door.by_web_identity) {
      environment_.set("AWS_ENDPOINT_URL_STS", url);
      environment_.set("AWS_ROLE_ARN", "arn:aws:iam::1:role/ep");
      environment_.set("AWS_WEB_IDENTITY_TOKEN_FILE", environment_.home().write("jwt", "canary-secret.of.pod"));
    } else {
      options.aws.keys = vaults::AwsKeys{"AKIA1", Secret("canary-secret-key"), Secret("canary-secret-session")};
    }
    return options;
  }

  /// Returns an answer that every login is good with, and, with credentials, every reading.
  static std::string good_answer(const Credentials& credentials = {}) {
    internal::WipedJson fields;
    const Secret secret = add_credentials(fields, credentials).text();
    internal::WipedJson answer;
    answer.add("access_token", "canary-secret-of-login");
    answer.add("token_type", "Bearer");
    answer.add("expires_in", "3600");
    answer.add("SecretString", secret.expose());
    answer.add("value", secret.expose());
    std::string text(answer.text().expose());
    text.pop_back();
    text.append(R"(,"auth":{"client_token":"canary-secret-of-login","lease_duration":0},"payload":{"data":")")
        .append(internal::base64_encode(secret.expose()))
        .append("\"},\"data\":")
        .append(secret.expose())
        .append("}");
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) +
           "\r\n\r\n" + text;
  }

  test_support::ScriptedProxy proxy_{[](const std::string&) { return "HTTP/1.1 200 Connection established\r\n\r\n"; }};
  test_support::AwsEnvironment environment_;

 private:
  static Secret google_key() {
    internal::WipedJson key;
    key.add("type", "service_account");
    key.add("private_key_id", "key-1");
    key.add("client_email", "ep@p1.iam.gserviceaccount.com");
    key.add("private_key", sandbox::issue_self_signed().private_key);
    return key.text();
  }
};

}  // namespace easypost_connect::integration_test
