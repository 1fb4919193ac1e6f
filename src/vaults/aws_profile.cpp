// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "vaults/aws_key_source.hpp"
#include "vaults/ini_section.hpp"
#include "vaults/secret_file.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kDefault = "default";

/// A profile can hold these in place of keys: they need a program, a person at a browser, or another role.
constexpr std::string_view kOtherWays[] = {"credential_process", "sso_session", "sso_start_url", "login_session",
                                           "role_arn"};

std::string path_of(const char* variable, const char* usual) {
  const std::string_view set = first_variable({variable});
  return set.empty() ? home_file(usual) : std::string(set);
}

/// A Profile is what the two files of the AWS programs say about it.
struct Profile {
  bool found = false;
  vaults::AwsKeys keys{};
  std::string_view other_way{};  ///< is one of kOtherWays; empty: there is none

  [[nodiscard]] bool leads_to_keys() const noexcept {
    return !keys.access_key_id.empty() || !keys.secret_access_key.empty() || !other_way.empty();
  }
};

void add(Profile& profile, const Secret& file, std::string_view title) {
  const auto section = IniSection::find(file.expose(), title);
  if (!section) return;
  profile.found = true;
  if (profile.keys.access_key_id.empty() && profile.keys.secret_access_key.empty())
    profile.keys = {std::string(section->value("aws_access_key_id")), Secret(section->value("aws_secret_access_key")),
                    Secret(section->value("aws_session_token"))};
  for (const std::string_view way : kOtherWays) {
    if (profile.other_way.empty() && !section->value(way).empty()) profile.other_way = way;
  }
}

Profile read_profile(const std::string& name) {
  Profile profile;
  add(profile, secret_in_file(path_of("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")), name);
  add(profile, secret_in_file(path_of("AWS_CONFIG_FILE", ".aws/config")), name == kDefault ? name : "profile " + name);
  return profile;
}

/// The keys stand in ~/.aws/credentials or ~/.aws/config, which are read anew each time.
class ProfileKeys final : public AwsKeySource {
 public:
  ProfileKeys(std::string profile, VaultClient client) : profile_(std::move(profile)), client_(std::move(client)) {}

  [[nodiscard]] std::string name() const override { return "the AWS profile " + profile_; }

  [[nodiscard]] Result<AwsCredentials> fetch(const VaultStep& step, const std::string& /*region*/) override {
    Profile profile = read_profile(profile_);
    if (!profile.found)
      return client_.unusable(step,
                              "neither ~/.aws/credentials nor ~/.aws/config has this profile, or they cannot be read",
                              "Check AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE and HOME.");
    if (!profile.keys.access_key_id.empty() && !profile.keys.secret_access_key.empty())
      return AwsCredentials{std::move(profile.keys)};
    if (!profile.other_way.empty())
      return client_.unusable(
          step,
          "the profile gets its keys by " + std::string(profile.other_way) +
              ", and the SDK reads only keys that stand in a profile",
          "Let the AWS CLI put keys into the environment of this process (aws configure "
          "export-credentials --format env), or set up a source that renews them itself: "
          "AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE, or the role of the instance or container.");
    return client_.unusable(step, "aws_access_key_id or aws_secret_access_key is missing in the profile",
                            "Write both: aws configure --profile " + profile_ + '.');
  }

 private:
  std::string profile_;
  VaultClient client_;
};

}  // namespace

Result<std::unique_ptr<AwsKeySource>> aws_keys_in_profile(const vaults::AwsSecretsManager& options,
                                                          const VaultClient& aws) {
  const std::string named = options.profile.empty() ? std::string(first_variable({"AWS_PROFILE"})) : options.profile;
  if (named.empty() && !read_profile(kDefault).leads_to_keys()) return std::unique_ptr<AwsKeySource>();
  return std::unique_ptr<AwsKeySource>(std::make_unique<ProfileKeys>(named.empty() ? kDefault : named, aws));
}

}  // namespace easypost_connect::internal
