// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <easypost_connect/aws_secrets_manager.hpp>
#include <easypost_connect/azure_key_vault.hpp>
#include <easypost_connect/client_options.hpp>
#include <easypost_connect/credentials.hpp>
#include <easypost_connect/google_secret_manager.hpp>
#include <easypost_connect/hashicorp_vault.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/vaults_export.hpp>

namespace easypost_connect {
class Transport;
}

/// Credentials from where companies keep them. Opt-in: link easypost_connect::vaults.
///
///     auto options = vaults::from_environment();  // EASYPOST_CONNECT_CREDENTIALS=vault://secret/easypost/acc
///     if (!options) return fail(options.error());
///     auto client = ConnectClient::create(*std::move(options));
///
/// A vault is read by create() and again, on a thread of the client, when the source says so. It is never on the way of
/// a call: while it is away, the last good credentials stay in use.
namespace easypost_connect::vaults {

/// How the members of a JSON secret are called that hold the credentials. Members that are named nowhere are ignored.
struct FieldNames {
  std::string client_cert = "client_cert";  ///< the certificate, and its chain: PEM, or base64 of a file
  std::string client_key = "client_key";    ///< the private key, unless the certificate brings it along
  std::string client_key_passphrase = "client_key_passphrase";
  std::string client_pkcs12 = "client_pkcs12";  ///< base64 of a PKCS #12 file, in place of certificate and key
  std::string api_key = "api_key";
  std::string client_id = "client_id";
  std::string client_secret = "client_secret";
};

/// Where each credential is kept, for those who keep one secret a field. Each is the address of a vault's secret
/// ("azure-kv://my-vault/api-key", "aws-sm://prod/easypost#api_key"), "file:" and a path, or "env:" and the name of a
/// variable. Empty: there is none. client_cert may be "vault-pki://mount/role?cn=NAME[&ttl=24h&key=rsa|ec]": the PKI
/// engine of HashiCorp Vault then issues the certificate for a key that is made here, and client_key stays empty.
struct CredentialReferences {
  std::string client_cert{};
  std::string client_key{};
  std::string client_key_passphrase{};
  std::string client_pkcs12{};
  std::string api_key{};
  std::string client_id{};
  std::string client_secret{};
};

/// VaultOptions hold what an address cannot. Every member has a default: the vendor's own environment variables say who
/// logs in.
struct VaultOptions {
  FieldNames fields{};
  HashiCorpVault hashicorp{};
  AwsSecretsManager aws{};
  AzureKeyVault azure{};
  GoogleSecretManager google{};
  /// How often a vault is asked whether there is a new version, give or take a tenth, unless a lease ends before.
  std::chrono::seconds poll_interval{300};
  /// How long one request to a vault may take, connecting included.
  std::chrono::milliseconds request_timeout{10'000};
  /// How long the first reading goes on trying while the vault is away, is sealed or asks to wait. 0: it tries once.
  std::chrono::milliseconds start_timeout{0};
  /// Replaces the SDK's https transports, in tests. The source shares it.
  std::shared_ptr<Transport> transport{};
};

/// Makes a source of credentials from the address of one secret, which is a JSON object with the members that
/// VaultOptions::fields names:
///
///     vault://[mount/]path[?version=N&kv=1|2&namespace=ns]                  HashiCorp Vault, OpenBao
///     aws-sm://name-or-arn[?region=..&stage=AWSCURRENT&version-id=..]       AWS Secrets Manager
///     azure-kv://vault-name/secret[/version]                                Azure Key Vault; or the secret's https URL
///     gcp-sm://project/secret[/version][?location=..]                       Google Secret Manager
///
/// An Error names what is wrong with the address. Nothing is sent before the client asks the source. The source may be
/// shared by clients and is asked by one at a time. Its Errors have Factor::kCredentialSource, name the vault, the
/// reference and the step (login, read, decode), and hold no secret.
[[nodiscard]] EASYPOST_CONNECT_VAULTS_EXPORT Result<CredentialSource> from_uri(std::string_view uri,
                                                                               VaultOptions options = {});

/// Makes a source of credentials that are kept in one secret each. A reference may end in '#' and the name of a member,
/// if its secret is a JSON object. Secrets that several references name are read once a time.
[[nodiscard]] EASYPOST_CONNECT_VAULTS_EXPORT Result<CredentialSource> from_references(
    const CredentialReferences& references, VaultOptions options = {});

/// Reads what ClientOptions::from_environment() does, and takes the credentials from EASYPOST_CONNECT_CREDENTIALS, an
/// address as from_uri() takes it; or, if that is not set, from the variables of the single credentials, each of which
/// may be a reference.
[[nodiscard]] EASYPOST_CONNECT_VAULTS_EXPORT Result<ClientOptions> from_environment(VaultOptions options = {});

}  // namespace easypost_connect::vaults
