// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::vaults {

/// Google Secret Manager.
struct GoogleSecretManager {
  /// The JSON file of a service account's key, or of a workload identity federation. Both this and `credentials` empty:
  /// GOOGLE_APPLICATION_CREDENTIALS, or the service account of the machine, asked from its metadata service.
  std::string credentials_file{};
  Secret credentials{};     ///< the content of such a file
  std::string endpoint{};   ///< empty: https://secretmanager.googleapis.com, or the location's own
  TlsMaterial server_ca{};  ///< empty: the system's
};

}  // namespace easypost_connect::vaults
