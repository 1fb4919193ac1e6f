// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <easypost_connect/azure_key_vault.hpp>

#include "core/openssl_handles.hpp"
#include "result_matchers.hpp"
#include "sandbox/certificate_authority.hpp"
#include "sandbox/pem.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::unit_test {

/// Returns `issued` as a PKCS #12 file. Key Vault hands out certificates with an empty passphrase.
inline std::string pkcs12_of(const sandbox::IssuedCertificate& issued, const char* passphrase = "") {
  using namespace internal;
  const auto certificate = sandbox::read_certificate(issued.certificate);
  const auto key = sandbox::read_private_key(issued.private_key);
  const Pkcs12Ptr pkcs12(PKCS12_create(passphrase, nullptr, key.get(), certificate.get(), nullptr, 0, 0, 0, 0, 0));
  const BioPtr bio = memory_bio();
  i2d_PKCS12_bio(bio.get(), pkcs12.get());
  return std::string(written_to(bio));
}

/// A reader of Azure Key Vault in a test: no variable of Azure's is set, and the login is by client secret.
class AzureVault : public testing::Test {
 protected:
  AzureVault() {
    for (const char* const name :
         {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH",
          "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
          "AZURE_POD_IDENTITY_AUTHORITY_HOST", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"})
      set(name, nullptr);
    options_.tenant_id = "tenant-1";
    options_.client_id = "client-1";
    options_.login = vaults::AzureSecretLogin{Secret("canary-secret of+app")};
  }

  /// Sets a variable until the end of the test.
  void set(const char* name, const char* value) { variables_.emplace_back(name, value); }

  internal::SecretReader& reader() {
    if (reader_ == nullptr) {
      auto made = make_azure_reader(options_, world_.world());
      EXPECT_THAT(made, test_support::IsOk());
      reader_ = *std::move(made);
    }
    return *reader_;
  }
  Result<internal::ReadSecret> read(const char* text = "azure-kv://my-vault/ep") {
    return reader().read(*internal::parse_reference(text));
  }

  void answer_token(std::string_view token, std::string_view life = R"("expires_in":3599)") {
    world_.answer(R"({"token_type":"Bearer","access_token":")" + std::string(token) + "\"," + std::string(life) + "}");
  }
  void answer_secret(std::string_view value = "A") {
    world_.answer(R"({"value":")" + std::string(value) +
                  R"(","id":"https://my-vault.vault.azure.net/secrets/ep/0a1b","attributes":{"enabled":true}})");
  }

  test_support::FakeVaultWorld world_;
  vaults::AzureKeyVault options_;
  std::unique_ptr<internal::SecretReader> reader_;

 private:
  std::deque<test_support::ScopedVariable> variables_;
};

}  // namespace easypost_connect::unit_test
