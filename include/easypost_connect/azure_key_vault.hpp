// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::vaults {

/// The first of these that is set up: AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE,
/// IDENTITY_ENDPOINT (App Service, Functions, Container Apps), the managed identity of the machine (IMDS).
struct AzureEnvironmentLogin {};

/// The secret of an app registration.
struct AzureSecretLogin {
  Secret client_secret{};  ///< empty: AZURE_CLIENT_SECRET
};

/// The certificate of an app registration, with its RSA key: PEM or PKCS #12. A file is read anew for each login.
struct AzureCertificateLogin {
  /// Empty: the file AZURE_CLIENT_CERTIFICATE_PATH, with the passphrase AZURE_CLIENT_CERTIFICATE_PASSWORD.
  ClientCertificate certificate{};
};

/// A token of somebody whom Entra ID trusts, such as Kubernetes.
struct AzureWorkloadIdentityLogin {
  std::string token_file{};  ///< empty: AZURE_FEDERATED_TOKEN_FILE; read anew for each login
};

/// The identity that Azure gave the app or the machine: asked from IDENTITY_ENDPOINT if that is set, else from the
/// machine's metadata service. AzureKeyVault::client_id names one of several.
struct AzureManagedIdentityLogin {};

/// Azure Key Vault. For each member that is empty the variable counts that Azure's own libraries read.
struct AzureKeyVault {
  std::string tenant_id{};  ///< AZURE_TENANT_ID
  std::string client_id{};  ///< AZURE_CLIENT_ID
  /// AZURE_AUTHORITY_HOST, or that of the vault's cloud: "https://login.microsoftonline.com" for the public one.
  std::string authority_host{};
  /// The domain of the vaults. Sovereign clouds have "vault.azure.cn" and "vault.usgovcloudapi.net". The https URL of a
  /// secret may be in any of these.
  std::string vault_suffix = "vault.azure.net";
  std::variant<AzureEnvironmentLogin, AzureSecretLogin, AzureCertificateLogin, AzureWorkloadIdentityLogin,
               AzureManagedIdentityLogin>
      login{};
  TlsMaterial server_ca{};  ///< empty: the system's
};

}  // namespace easypost_connect::vaults
