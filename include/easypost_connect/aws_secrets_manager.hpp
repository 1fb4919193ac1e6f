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
  /// Empty: AWS_REGION, AWS_DEFAULT_REGION. What the address of a secret names (an ARN, ?region=) counts first.
  std::string region{};
  /// Empty: AWS_ENDPOINT_URL_SECRETS_MANAGER, AWS_ENDPOINT_URL, or the region's own. Plain http is refused but for
  /// loopback.
  std::string endpoint{};
  bool fips = false;  ///< the region's FIPS endpoint; also AWS_USE_FIPS_ENDPOINT=true
  /// Empty: the first of these that is set up when the client is made; later ones are not tried if it fails:
  /// - AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN;
  /// - AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, and AWS_ROLE_SESSION_NAME;
  /// - a profile of ~/.aws/credentials or ~/.aws/config with keys in it (not sso, credential_process, role_arn);
  /// - AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, of ECS and of EKS Pod Identity;
  /// - the metadata of the instance (IMDSv2), unless AWS_EC2_METADATA_DISABLED=true.
  std::optional<AwsKeys> keys{};
  /// Empty: AWS_PROFILE, or "default". One that is named here counts before the variables.
  std::string profile{};
  TlsMaterial server_ca{};  ///< empty: AWS_CA_BUNDLE, or the system's
};

}  // namespace easypost_connect::vaults
