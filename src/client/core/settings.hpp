// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

/// The names under which users meet one setting of a client. Messages, easypost-connect and the sandbox take them from
/// the table below, and a contract test compares the documents with it.
struct Setting {
  std::string_view option;  ///< the member of ClientOptions, or of its credentials; empty: there is none
  const char* variable;     ///< the environment variable
  const char* flag;         ///< the flag of easypost-connect; empty: there is none
  Factor factor;            ///< the factor that a wrong value is blamed on
  bool secret = false;      ///< the flag takes the path of a file, because every process can read arguments

  /// How messages call the setting: "api_key (EASYPOST_CONNECT_API_KEY)".
  [[nodiscard]] std::string named() const { return std::string(option).append(" (").append(variable).append(")"); }
  /// Reads the variable; empty when it is not set.
  [[nodiscard]] std::string_view from_environment() const noexcept {
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): as safe as the host's own setenv
    return value != nullptr ? value : "";
  }
};

namespace setting {

inline constexpr Setting kEnvironment{"environment", "EASYPOST_CONNECT_ENVIRONMENT", "--environment", Factor::kRequest};
inline constexpr Setting kApiUrl{"environment.api_url", "EASYPOST_CONNECT_API_URL", "--api-url", Factor::kRequest};
inline constexpr Setting kTokenUrl{"environment.token_url", "EASYPOST_CONNECT_TOKEN_URL", "--token-url",
                                   Factor::kRequest};
inline constexpr Setting kCertificate{"client_certificate.certificate", "EASYPOST_CONNECT_CLIENT_CERT", "--cert",
                                      Factor::kClientCertificate};
inline constexpr Setting kPrivateKey{"client_certificate.private_key", "EASYPOST_CONNECT_CLIENT_KEY", "--key",
                                     Factor::kClientCertificate};
inline constexpr Setting kPassphrase{"client_certificate.passphrase", "EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE",
                                     "--passphrase-file", Factor::kClientCertificate, true};
inline constexpr Setting kApiKey{"api_key", "EASYPOST_CONNECT_API_KEY", "--api-key-file", Factor::kApiKey, true};
inline constexpr Setting kClientId{"oauth_client.id", "EASYPOST_CONNECT_CLIENT_ID", "--client-id",
                                   Factor::kOAuthClient};
inline constexpr Setting kClientSecret{"oauth_client.secret", "EASYPOST_CONNECT_CLIENT_SECRET", "--client-secret-file",
                                       Factor::kOAuthClient, true};
inline constexpr Setting kCredentials{"credential_source", "EASYPOST_CONNECT_CREDENTIALS", "--credentials",
                                      Factor::kCredentialSource};
inline constexpr Setting kServerCa{"server_ca", "EASYPOST_CONNECT_CA_FILE", "--ca", Factor::kServerCertificate};
inline constexpr Setting kLog{"", "EASYPOST_CONNECT_LOG", "", Factor::kRequest};
inline constexpr Setting kLogFormat{"", "EASYPOST_CONNECT_LOG_FORMAT", "", Factor::kRequest};

}  // namespace setting

/// Every setting, in the order in which one gets them.
inline constexpr std::array kSettings{
    setting::kEnvironment, setting::kApiUrl, setting::kTokenUrl, setting::kCertificate,  setting::kPrivateKey,
    setting::kPassphrase,  setting::kApiKey, setting::kClientId, setting::kClientSecret, setting::kCredentials,
    setting::kServerCa,    setting::kLog,    setting::kLogFormat};

}  // namespace easypost_connect::internal
