// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::vaults {

/// The keys of an AWS identity.
struct AwsKeys {
  std::string access_key_id{};
  Secret secret_access_key{};
  Secret session_token{};  ///< temporary keys have one
};

/// AWS Secrets Manager. Requests are signed with Signature Version 4.
struct AwsSecretsManager {
  /// Empty: the one in the ARN, or AWS_REGION, AWS_DEFAULT_REGION. The address of a secret may name another (?region=).
  std::string region{};
  /// Empty: AWS_ENDPOINT_URL_SECRETS_MANAGER, AWS_ENDPOINT_URL, or the region's own. Plain http is refused but for
  /// loopback.
  std::string endpoint{};
  bool fips = false;  ///< the region's FIPS endpoint; also AWS_USE_FIPS_ENDPOINT=true
  /// Empty: the first of these that is set up: AWS_ACCESS_KEY_ID; AWS_WEB_IDENTITY_TOKEN_FILE; the profile of
  /// ~/.aws/credentials; AWS_CONTAINER_CREDENTIALS_*; the instance's metadata (IMDSv2).
  std::optional<AwsKeys> keys{};
  std::string profile{};    ///< empty: AWS_PROFILE, or "default"
  TlsMaterial server_ca{};  ///< empty: AWS_CA_BUNDLE, or the system's
};

}  // namespace easypost_connect::vaults
