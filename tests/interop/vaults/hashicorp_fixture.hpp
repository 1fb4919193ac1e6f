// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "json_of.hpp"
#include "open_bao.hpp"

namespace easypost_connect::interop {

inline constexpr const char* kSecret =
    R"({"client_cert":"C","client_key":"K","api_key":"canary-secret-1","client_id":"I","client_secret":"canary-secret-2"})";

inline std::string words_of(const SourcedCredentials& found) {
  return found.credentials ? "credentials" : found.credentials.error().describe();
}

/// An OpenBao with one secret, a policy that lets it be read, and options that log in as the operator.
class HashiCorpFixture : public testing::Test {
 protected:
  HashiCorpFixture() {
    bao_.run("kv put -mount=secret easypost/acc -", kSecret);
    bao_.run("policy write easypost -", R"(path "secret/data/easypost/*" { capabilities = ["read"] })");
    bao_.run("auth enable approle");
    options_.hashicorp.address = bao_.url();
    options_.hashicorp.login = vaults::VaultToken{Secret(bao_.root_token())};
  }

  vaults::AppRoleLogin app_role(const std::string& settings) {
    bao_.run("write auth/approle/role/ep token_policies=easypost " + settings);
    vaults::AppRoleLogin login;
    login.role_id = bao_.run("read -field=role_id auth/approle/role/ep/role-id");
    login.secret_id = Secret(bao_.run("write -f -field=secret_id auth/approle/role/ep/secret-id"));
    return login;
  }

  /// Makes a new version of the secret.
  void store(const Credentials& credentials) { bao_.run("kv put -mount=secret easypost/acc -", json_of(credentials)); }

  SourcedCredentials look(const char* uri) {
    auto source = vaults::from_uri(uri, options_);
    if (!source) return std::move(source).error();
    return (*source)();
  }

  OpenBao bao_;
  vaults::VaultOptions options_;
};

}  // namespace easypost_connect::interop
