// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::vaults {

/// A token that somebody else got. Empty: BAO_TOKEN, VAULT_TOKEN, or the file ~/.vault-token, read anew each time.
struct VaultToken {
  Secret token{};
};

/// AppRole: for machines and pipelines.
struct AppRoleLogin {
  std::string role_id{};
  /// The secret id, or the token that it is wrapped in, which works once (sys/wrapping/unwrap).
  Secret secret_id{};
  bool secret_id_is_wrapped = false;
  std::string mount = "approle";
};

/// A signed JWT, such as the token of a Kubernetes service account.
struct JwtLogin {
  std::string role{};
  std::string jwt_file = "/var/run/secrets/kubernetes.io/serviceaccount/token";  ///< read anew for each login
  std::string mount = "kubernetes";                                              ///< "jwt" for plain JWT
};

/// The client certificate of the connection, HashiCorpVault::client_certificate, logs in.
struct CertificateLogin {
  std::string role{};  ///< empty: any role that the certificate fits
  std::string mount = "cert";
};

/// HashiCorp Vault or OpenBao. For each member that is empty the variable counts that Vault's own programs read, those
/// of OpenBao (BAO_...) first.
struct HashiCorpVault {
  std::string address{};          ///< VAULT_ADDR, such as "https://vault.example:8200"
  std::string vault_namespace{};  ///< VAULT_NAMESPACE
  std::variant<VaultToken, AppRoleLogin, JwtLogin, CertificateLogin> login{};
  TlsMaterial server_ca{};                 ///< VAULT_CACERT
  ClientCertificate client_certificate{};  ///< VAULT_CLIENT_CERT, VAULT_CLIENT_KEY: for Vault, not for the API
};

}  // namespace easypost_connect::vaults
