// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "vaults/google_credentials.hpp"
#include "vaults/secret_reader.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// The scope that Secret Manager wants.
inline constexpr const char* kCloudPlatformScope = "https://www.googleapis.com/auth/cloud-platform";

/// The token that a service of Google's is asked with.
struct GoogleAccessToken {
  Secret text;
  std::chrono::seconds life{0};
  std::string principal;  ///< the owner, for messages: "serviceAccount:ep@project.iam.gserviceaccount.com"
};

/// Returns what the header Authorization says with that token (RFC 6750, section 2.1).
Secret bearer(const Secret& token);

/// Makes the token of a service account's key: a JWT that the key has signed is itself what services take (AIP-4111).
/// It lives for an hour. Nothing is sent.
Result<GoogleAccessToken> self_signed_token(const ServiceAccountKey& key, VaultClient& client, const VaultStep& step,
                                            WallTime now);

/// Gets the token of a workload identity federation: exchanges the token of the other provider for one of Google's
/// (RFC 8693), and that for one of a service account, if the file names one. `client` asks Google.
Result<GoogleAccessToken> federated_token(const ExternalAccount& account, VaultClient& client, const VaultStep& step,
                                          const VaultWorld& world);

/// Gets the token of the service account that this machine runs as, from the metadata service at `host`.
Result<GoogleAccessToken> metadata_token(const std::string& host, VaultClient& client, const VaultStep& step);

/// Returns the access token in the answer of a token endpoint (RFC 6749, section 5.1) or of the metadata service.
Result<GoogleAccessToken> token_in(const VaultAnswer& answer, VaultClient& client, const VaultStep& step);

}  // namespace easypost_connect::internal
