// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "core/make_error.hpp"
#include "vaults/aws_key_source.hpp"
#include "vaults/aws_metadata.hpp"
#include "vaults/secret_file.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kEcs = "169.254.170.2";
constexpr std::string_view kEks = "169.254.170.23";
constexpr std::string_view kEksIpv6 = "[fd00:ec2::23]";
constexpr const char* kRelative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* kFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* kTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* kRemedy =
    "Check that the task (ECS) or the service account (EKS Pod Identity) has a role, and look into the log of its "
    "agent.";

/// The agent beside a task of ECS, or a pod of EKS, gives the keys of its role.
class ContainerKeys final : public AwsKeySource {
 public:
  ContainerKeys(std::string url, VaultClient client) : url_(std::move(url)), client_(std::move(client)) {}

  [[nodiscard]] std::string name() const override { return "the role of the container (AWS_CONTAINER_CREDENTIALS_*)"; }

  [[nodiscard]] Result<AwsCredentials> fetch(const VaultStep& step, const std::string& /*region*/) override {
    VaultClient client = client_;
    VaultQuestion question;
    question.url = url_;
    const std::string file(first_variable({kTokenFile}));
    const Secret token =
        file.empty() ? Secret(first_variable({"AWS_CONTAINER_AUTHORIZATION_TOKEN"})) : secret_in_file(file);
    if (token.empty() && !file.empty())
      return client.unusable(step, "the file " + file + " of " + kTokenFile + " cannot be read, or is empty",
                             "Mount the token there, and let this process read it.");
    if (!token.empty()) question.credentials.push_back({"authorization", token});
    client.keep_out(token);
    const auto answer = client.ask(step, question);
    if (!answer) return answer.error();
    if (!answer->ok()) return client.refusal(step, *answer, client.quoted(text_at(answer->json(), "message")), kRemedy);
    const auto json = client.object_in(step, *answer);
    if (!json) return json.error();
    return metadata_keys(client, step, *json, kRemedy);
  }

 private:
  std::string url_;
  VaultClient client_;
};

}  // namespace

Result<std::unique_ptr<AwsKeySource>> aws_keys_of_container(const VaultWorld& world) {
  const std::string relative(first_variable({kRelative}));
  std::string url(first_variable({kFull}));
  if (relative.empty() && url.empty()) return std::unique_ptr<AwsKeySource>();
  if (!relative.empty() && relative.front() != '/')
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      std::string(kRelative) + " does not begin with '/'.", "Leave it as the agent of ECS sets it.");
  if (!relative.empty()) url.assign("http://").append(kEcs).append(relative);
  auto client = metadata_client(relative.empty() ? kFull : kRelative, url, {kEcs, kEks, kEksIpv6}, world);
  if (!client) return std::move(client).error();
  return std::unique_ptr<AwsKeySource>(std::make_unique<ContainerKeys>(std::move(url), *std::move(client)));
}

}  // namespace easypost_connect::internal
