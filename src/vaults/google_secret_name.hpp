// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/result.hpp>

#include "vaults/secret_reference.hpp"

namespace easypost_connect::internal {

/// A GoogleSecretName names one version of a secret, as a reference says it: project/secret[/version], or
/// projects/P[/locations/L]/secrets/S[/versions/V] as Google itself does.
struct GoogleSecretName {
  std::string project;
  std::string location;  ///< empty: the secret is global
  std::string secret;
  std::string version = "latest";  ///< a number, an alias, or "latest"

  /// Returns the resource name of the secret, or of its version: "projects/P/secrets/S/versions/V".
  [[nodiscard]] std::string secret_resource() const;
  [[nodiscard]] std::string version_resource() const;
};

Result<GoogleSecretName> google_secret_name_in(const SecretReference& reference);

}  // namespace easypost_connect::internal
