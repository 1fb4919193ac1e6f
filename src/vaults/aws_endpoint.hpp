// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/aws_secrets_manager.hpp>
#include <easypost_connect/result.hpp>

#include "vaults/secret_reference.hpp"

namespace easypost_connect::internal {

/// An AwsEndpoint is a service of AWS in one region.
struct AwsEndpoint {
  std::string region;
  std::string url;   ///< ends in '/'
  std::string host;  ///< is what is signed: it has the port, unless that is the scheme's own
};

/// Returns the region of the options, or of AWS_REGION, AWS_DEFAULT_REGION; empty: none is set.
std::string configured_region(const vaults::AwsSecretsManager& options);

/// Returns the region that the secret is in: that of its ARN, of the parameter "region", or the configured one.
Result<std::string> region_of(const SecretReference& reference, const vaults::AwsSecretsManager& options);

/// Returns the URL that stands in for those of the regions; empty: none does.
std::string secrets_manager_override(const vaults::AwsSecretsManager& options);
std::string sts_override();

/// Returns where the service of a region answers, unless `override_url` stands in for it.
AwsEndpoint secrets_manager_endpoint(std::string region, const vaults::AwsSecretsManager& options,
                                     const std::string& override_url);
AwsEndpoint sts_endpoint(std::string region, const vaults::AwsSecretsManager& options, const std::string& override_url);

}  // namespace easypost_connect::internal
