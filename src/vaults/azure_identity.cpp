// SPDX-License-Identifier: Apache-2.0
#include "vaults/azure_identity.hpp"

#include <algorithm>
#include <variant>

#include "core/make_error.hpp"
#include "core/text.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

using vaults::AzureCertificateLogin;
using vaults::AzureEnvironmentLogin;
using vaults::AzureManagedIdentityLogin;
using vaults::AzureSecretLogin;
using vaults::AzureWorkloadIdentityLogin;

constexpr const char* kSecret = "AZURE_CLIENT_SECRET";
constexpr const char* kCertificate = "AZURE_CLIENT_CERTIFICATE_PATH";
constexpr const char* kPassphrase = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
constexpr const char* kTokenFile = "AZURE_FEDERATED_TOKEN_FILE";

Error missing(const std::string& way, std::string_view what, std::string remedy) {
  return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                    "Azure Key Vault, login by " + way + ": the " + std::string(what) + " is missing.",
                    std::move(remedy));
}

/// Takes the first login that the environment names, and returns the words for it.
std::string choose_login(vaults::AzureKeyVault& options) {
  if (!first_variable({kSecret}).empty()) {
    options.login = AzureSecretLogin{};
    return std::string("client secret (") + kSecret + ')';
  }
  if (!first_variable({kCertificate}).empty()) {
    options.login = AzureCertificateLogin{};
    return std::string("client certificate (") + kCertificate + ')';
  }
  if (!first_variable({kTokenFile}).empty()) {
    options.login = AzureWorkloadIdentityLogin{};
    return std::string("workload identity (") + kTokenFile + ')';
  }
  options.login = AzureManagedIdentityLogin{};
  return "managed identity";
}

std::string way_of(vaults::AzureKeyVault& options) {
  if (std::holds_alternative<AzureEnvironmentLogin>(options.login)) return choose_login(options);
  constexpr const char* kWays[] = {"", "client secret", "client certificate", "workload identity", "managed identity"};
  return kWays[options.login.index()];
}

void fill(std::string& member, const char* variable) {
  if (member.empty()) member = first_variable({variable});
}

void fill_login(vaults::AzureKeyVault& options) {
  if (auto* by_secret = std::get_if<AzureSecretLogin>(&options.login)) {
    if (by_secret->client_secret.empty()) by_secret->client_secret = Secret(first_variable({kSecret}));
  } else if (auto* by_token = std::get_if<AzureWorkloadIdentityLogin>(&options.login)) {
    fill(by_token->token_file, kTokenFile);
  } else if (auto* by_certificate = std::get_if<AzureCertificateLogin>(&options.login)) {
    ClientCertificate& certificate = by_certificate->certificate;
    const std::string path(first_variable({kCertificate}));
    if (!certificate.certificate.empty() || path.empty()) return;
    certificate.certificate = TlsMaterial::file(path);
    certificate.passphrase = Secret(first_variable({kPassphrase}));
  }
}

/// Returns what a login lacks, and the variable for it; nullptr when it lacks nothing.
const char* lacking_variable(const vaults::AzureKeyVault& options) {
  if (const auto* by_secret = std::get_if<AzureSecretLogin>(&options.login))
    return by_secret->client_secret.empty() ? kSecret : nullptr;
  if (const auto* by_certificate = std::get_if<AzureCertificateLogin>(&options.login))
    return by_certificate->certificate.certificate.empty() ? kCertificate : nullptr;
  const auto* by_token = std::get_if<AzureWorkloadIdentityLogin>(&options.login);
  return by_token != nullptr && by_token->token_file.empty() ? kTokenFile : nullptr;
}

bool is_tenant(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
  });
}

}  // namespace

Result<std::unique_ptr<AzureIdentity>> make_azure_identity(vaults::AzureKeyVault options,
                                                           std::shared_ptr<Transport> transport,
                                                           const VaultWorld& world) {
  std::string way = way_of(options);
  fill(options.client_id, "AZURE_CLIENT_ID");
  if (std::holds_alternative<AzureManagedIdentityLogin>(options.login))
    return make_azure_managed_identity(std::move(way), std::move(options.client_id), world);

  fill(options.tenant_id, "AZURE_TENANT_ID");
  fill_login(options);
  if (const char* variable = lacking_variable(options))
    return missing(way, "credential", std::string("Set ") + variable + ", or VaultOptions::azure.login.");
  if (options.tenant_id.empty())
    return missing(way, "tenant", "Set AZURE_TENANT_ID, or VaultOptions::azure.tenant_id.");
  if (options.client_id.empty())
    return missing(way, "client id", "Set AZURE_CLIENT_ID, or VaultOptions::azure.client_id.");
  if (!is_tenant(options.tenant_id))
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      "The tenant for Azure Key Vault (AZURE_TENANT_ID) is neither an id nor a domain: \"" +
                          printable(options.tenant_id, 80) + "\".",
                      "Give the directory (tenant) id: az account show --query tenantId.");
  return make_azure_application(std::move(way), std::move(transport), std::move(options), world.clock);
}

}  // namespace easypost_connect::internal
