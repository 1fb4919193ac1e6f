// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/aws_secrets_manager.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "vaults/secret_reader.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// AwsCredentials are keys, and when they end; empty: nobody says.
struct AwsCredentials {
  vaults::AwsKeys keys;
  std::optional<WallTime> expiration{};
};

/// An AwsKeySource is a place that keys come from, one of AWS's "credential provider chain".
class AwsKeySource {
 public:
  AwsKeySource() = default;
  virtual ~AwsKeySource() = default;
  AwsKeySource(const AwsKeySource&) = delete;
  AwsKeySource& operator=(const AwsKeySource&) = delete;

  /// Returns what stands behind "login by" in a message.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Gets the keys anew. STS is asked in `region`.
  [[nodiscard]] virtual Result<AwsCredentials> fetch(const VaultStep& step, const std::string& region) = 0;
};

/// Takes the first source that is set up; later ones are not tried when it fails. `aws` goes to the services of AWS.
Result<std::unique_ptr<AwsKeySource>> choose_aws_key_source(const vaults::AwsSecretsManager& options,
                                                            const VaultClient& aws, const VaultWorld& world);

// Each of these makes one source. Null: it is not set up. An Error: it is, and cannot work.
Result<std::unique_ptr<AwsKeySource>> aws_keys_in_options(const vaults::AwsSecretsManager& options);
Result<std::unique_ptr<AwsKeySource>> aws_keys_in_environment();
Result<std::unique_ptr<AwsKeySource>> aws_keys_by_web_identity(const vaults::AwsSecretsManager& options,
                                                               const VaultClient& aws);
Result<std::unique_ptr<AwsKeySource>> aws_keys_in_profile(const vaults::AwsSecretsManager& options,
                                                          const VaultClient& aws);
Result<std::unique_ptr<AwsKeySource>> aws_keys_of_container(const VaultWorld& world);
Result<std::unique_ptr<AwsKeySource>> aws_keys_of_instance(const VaultWorld& world);

}  // namespace easypost_connect::internal
