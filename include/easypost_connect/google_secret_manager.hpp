// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::vaults {

/// Google Secret Manager.
struct GoogleSecretManager {
  /// The JSON file of a service account's key, or of a workload identity federation, which is read anew for each token.
  /// Both this and `credentials` empty: GOOGLE_APPLICATION_CREDENTIALS, or the service account of the machine, asked
  /// from its metadata service (GCE_METADATA_HOST). The login that gcloud keeps for people is not used.
  std::string credentials_file{};
  Secret credentials{};           ///< the content of such a file
  std::string endpoint{};         ///< empty: https://secretmanager.googleapis.com, or the location's own
  std::string universe_domain{};  ///< empty: GOOGLE_CLOUD_UNIVERSE_DOMAIN, or "googleapis.com"
  TlsMaterial server_ca{};        ///< of Google's services; empty: the system's
};

}  // namespace easypost_connect::vaults
