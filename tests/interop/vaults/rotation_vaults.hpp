// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/vaults.hpp>

#include "azure_stand_in.hpp"
#include "google_services.hpp"
#include "moto.hpp"
#include "open_bao.hpp"
#include "support/aws_environment.hpp"

namespace easypost_connect::interop {

// Each of these is a vault, with the secret that kUri names. A client of it logs in by what a crash takes back where
// there is such a login: the token of a machine, the keys of a role.

class HashiCorpRotation {
 public:
  static constexpr const char* kName = "HashiCorp";
  static constexpr const char* kUri = "vault://secret/easypost/acc?kv=2";

  [[nodiscard]] vaults::VaultOptions options() const {
    vaults::VaultOptions options;
    options.hashicorp.address = bao_.url();
    options.hashicorp.login = vaults::VaultToken{Secret(bao_.root_token())};
    return options;
  }
  void store(const std::string& text) const { bao_.run("kv put -mount=secret easypost/acc -", text); }
  void kill() { bao_.kill(); }
  void start() { bao_.start(); }
  void seal() { bao_.run("operator seal"); }
  void unseal() { bao_.run("operator unseal " + bao_.unseal_key()); }

 private:
  OpenBao bao_;
};

class AwsRotation {
 public:
  static constexpr const char* kName = "Aws";
  static constexpr const char* kUri = "aws-sm://easypost/acc";

  AwsRotation() {
    environment_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", moto_.local_url() + "/container");
    environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", moto_.known("AGENT_TOKEN"));
  }
  [[nodiscard]] vaults::VaultOptions options() const {
    vaults::VaultOptions options;
    options.aws.region = "eu-west-1";
    options.aws.endpoint = moto_.url();
    return options;
  }
  void store(const std::string& text) const { moto_.store(text); }
  void kill() { moto_.kill(); }
  void start() { moto_.start(); }

 private:
  test_support::AwsEnvironment environment_;
  Moto moto_;
};

class AzureRotation {
 public:
  static constexpr const char* kName = "Azure";
  static constexpr const char* kUri = "azure-kv://my-vault/ep";

  [[nodiscard]] vaults::VaultOptions options() const {
    vaults::VaultOptions options;
    options.azure.server_ca = TlsMaterial::file(azure_.authority_file());
    options.azure.login = vaults::AzureManagedIdentityLogin{};
    return options;
  }
  void store(const std::string& text) { azure_.set_secret("ep", text); }
  void kill() { azure_.kill(); }
  void start() { azure_.start(); }

 private:
  AzureStandIn azure_;
  const test_support::ScopedVariable proxy_{"HTTPS_PROXY", azure_.url().c_str()};
  const test_support::ScopedVariable lower_proxy_{"https_proxy", azure_.url().c_str()};
  const test_support::ScopedVariable machine_{"AZURE_POD_IDENTITY_AUTHORITY_HOST", azure_.url().c_str()};
};

class GoogleRotation {
 public:
  static constexpr const char* kName = "Google";
  static constexpr const char* kUri = "gcp-sm://p1/ep-acc";

  [[nodiscard]] vaults::VaultOptions options() const {
    vaults::VaultOptions options;
    options.google.server_ca = TlsMaterial::in_memory(Secret(google_.authority().certificate()));
    return options;
  }
  void store(const std::string& text) const { google_.store("projects/p1", "ep-acc", text); }
  void kill() { google_.kill(); }
  void start() { google_.start(); }

 private:
  GoogleServices google_;
  const test_support::ScopedVariable proxy_{"HTTPS_PROXY", google_.proxy().c_str()};
  const test_support::ScopedVariable lower_proxy_{"https_proxy", google_.proxy().c_str()};
  const test_support::ScopedVariable machine_{"GCE_METADATA_HOST", google_.metadata_host().c_str()};
  const test_support::ScopedVariable no_file_{"GOOGLE_APPLICATION_CREDENTIALS", nullptr};
};

}  // namespace easypost_connect::interop
