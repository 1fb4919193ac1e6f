// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_key_source.hpp"

#include <utility>

#include "core/make_error.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

using SourceResult = Result<std::unique_ptr<AwsKeySource>>;

/// Keys that stay as they are as long as the process lives.
class FixedKeys final : public AwsKeySource {
 public:
  FixedKeys(std::string name, vaults::AwsKeys keys) : name_(std::move(name)), keys_(std::move(keys)) {}

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Result<AwsCredentials> fetch(const VaultStep& /*step*/, const std::string& /*region*/) override {
    return AwsCredentials{keys_};
  }

 private:
  std::string name_;
  vaults::AwsKeys keys_;
};

SourceResult fixed_keys(std::string name, vaults::AwsKeys keys) {
  if (keys.access_key_id.empty() || keys.secret_access_key.empty())
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      "Of the AWS keys in " + name +
                          ", one is missing: the access key id and the secret access key "
                          "belong together.",
                      "Set both, and the session token as well if the keys are temporary.");
  return std::unique_ptr<AwsKeySource>(std::make_unique<FixedKeys>(std::move(name), std::move(keys)));
}

}  // namespace

SourceResult aws_keys_in_options(const vaults::AwsSecretsManager& options) {
  if (!options.keys) return std::unique_ptr<AwsKeySource>();
  return fixed_keys("VaultOptions::aws.keys", *options.keys);
}

SourceResult aws_keys_in_environment() {
  vaults::AwsKeys keys{std::string(first_variable({"AWS_ACCESS_KEY_ID"})),
                       Secret(first_variable({"AWS_SECRET_ACCESS_KEY"})),
                       Secret(first_variable({"AWS_SESSION_TOKEN"}))};
  if (keys.access_key_id.empty() && keys.secret_access_key.empty()) return std::unique_ptr<AwsKeySource>();
  return fixed_keys("the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", std::move(keys));
}

SourceResult choose_aws_key_source(const vaults::AwsSecretsManager& options, const VaultClient& aws,
                                   const VaultWorld& world) {
  if (auto keys = aws_keys_in_options(options); !keys || *keys != nullptr) return keys;
  if (options.profile.empty()) {
    if (auto keys = aws_keys_in_environment(); !keys || *keys != nullptr) return keys;
    if (auto keys = aws_keys_by_web_identity(options, aws); !keys || *keys != nullptr) return keys;
  }
  if (auto keys = aws_keys_in_profile(options, aws); !keys || *keys != nullptr) return keys;
  if (auto keys = aws_keys_of_container(world); !keys || *keys != nullptr) return keys;
  if (auto keys = aws_keys_of_instance(world); !keys || *keys != nullptr) return keys;
  return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                    "There are no AWS keys to read the secret with, and AWS_EC2_METADATA_DISABLED keeps the instance "
                    "from being asked for some.",
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, a "
                    "profile (AWS_PROFILE), or VaultOptions::aws.keys.");
}

}  // namespace easypost_connect::internal
