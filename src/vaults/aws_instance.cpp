// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "vaults/aws_key_source.hpp"
#include "vaults/aws_metadata.hpp"
#include "vaults/aws_refusal.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kIpv4 = "169.254.169.254";
constexpr std::string_view kIpv6 = "[fd00:ec2::254]";
constexpr const char* kRoles = "/latest/meta-data/iam/security-credentials/";
constexpr const char* kTokenLife = "21600";  // six hours are the longest
constexpr const char* kNobodyAnswers =
    "No other source of AWS keys is set up, so the metadata of the instance was asked. On EC2, turn that on; for a "
    "container raise the hop limit (aws ec2 modify-instance-metadata-options --http-endpoint enabled "
    "--http-put-response-hop-limit 2). Elsewhere set AWS_ACCESS_KEY_ID, AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE, "
    "or AWS_PROFILE.";
constexpr const char* kNoRole =
    "Give the instance a role: aws ec2 associate-iam-instance-profile --instance-id ID --iam-instance-profile "
    "Name=NAME.";

bool is_role_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
  });
}

/// Tells whether `text` can be a token: it has letters, and nothing between them.
bool is_visible(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// The metadata service of an EC2 instance gives the keys of its role, in version 2 (IMDSv2).
class InstanceKeys final : public AwsKeySource {
 public:
  InstanceKeys(std::string url, VaultClient client) : url_(std::move(url)), client_(std::move(client)) {}

  [[nodiscard]] std::string name() const override { return "the role of the instance (IMDSv2)"; }

  [[nodiscard]] Result<AwsCredentials> fetch(const VaultStep& step, const std::string& /*region*/) override {
    const auto token = session_token(step);
    if (!token) return token.error();
    VaultClient client = client_;
    client.keep_out(*token);
    const auto role = role_name(client, step, *token);
    if (!role) return role.error();
    const auto answer = client.ask(step, question(kRoles + *role, *token));
    if (!answer) return answer.error();
    if (!answer->ok()) return refused(client, step, *answer);
    const auto json = client.object_in(step, *answer);
    if (!json) return json.error();
    const std::string_view code = text_at(*json, "Code");
    if (!code.empty() && code != "Success") return refused(client, step, *answer);
    return metadata_keys(client, step, *json, "Check that " + url_ + " is the metadata service of EC2.");
  }

 private:
  [[nodiscard]] VaultQuestion question(const std::string& path, const Secret& token) const {
    VaultQuestion question;
    question.url = url_ + path;
    question.credentials.push_back({"x-aws-ec2-metadata-token", token});
    return question;
  }

  [[nodiscard]] Result<Secret> session_token(const VaultStep& step) const {
    VaultQuestion question;
    question.method = Method::kPut;
    question.url = url_ + "/latest/api/token";
    question.headers.add("x-aws-ec2-metadata-token-ttl-seconds", kTokenLife);
    auto answer = client_.ask(step, question);
    if (!answer) {
      Error error = std::move(answer).error();
      error.remedy = kNobodyAnswers;
      return error;
    }
    if (!answer->ok()) return client_.refusal(step, *answer, "the metadata service gives no token", kNobodyAnswers);
    if (!is_visible(answer->body.expose()))
      return client_.unusable(step, "what should be a token of the metadata service is none", kNobodyAnswers);
    return answer->body;
  }

  [[nodiscard]] Result<std::string> role_name(const VaultClient& client, const VaultStep& step,
                                              const Secret& token) const {
    const auto answer = client.ask(step, question(kRoles, token));
    if (!answer) return answer.error();
    if (answer->status == 404) return client.refusal(step, *answer, "the instance has no role", kNoRole);
    if (!answer->ok()) return client.refusal(step, *answer, "the metadata service names no role", kNobodyAnswers);
    const std::string_view all = answer->body.expose();
    const std::string_view first = trim(all.substr(0, all.find_first_of("\r\n")));
    if (!is_role_name(first)) return client.unusable(step, "the instance has no role with a usable name", kNoRole);
    return std::string(first);
  }

  static Error refused(const VaultClient& client, const VaultStep& step, const VaultAnswer& answer) {
    const SecretJson json = answer.json();
    const AwsRefusal refusal{std::string(text_at(json, "Code")), Secret(text_at(json, "Message"))};
    return refused_by_aws(client, step, answer, refusal,
                          "Let the trust policy of the role allow sts:AssumeRole to ec2.amazonaws.com, and check that "
                          "the role still exists.");
  }

  std::string url_;
  VaultClient client_;
};

}  // namespace

Result<std::unique_ptr<AwsKeySource>> aws_keys_of_instance(const VaultWorld& world) {
  if (equals_ignoring_case(first_variable({"AWS_EC2_METADATA_DISABLED"}), "true"))
    return std::unique_ptr<AwsKeySource>();
  constexpr const char* kVariable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  std::string url(first_variable({kVariable}));
  const bool ipv6 = equals_ignoring_case(first_variable({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"}), "IPv6");
  if (url.empty()) url.assign("http://").append(ipv6 ? kIpv6 : kIpv4);
  while (!url.empty() && url.back() == '/') url.pop_back();
  auto client = metadata_client(kVariable, url, {kIpv4, kIpv6}, world);
  if (!client) return std::move(client).error();
  return std::unique_ptr<AwsKeySource>(std::make_unique<InstanceKeys>(std::move(url), *std::move(client)));
}

}  // namespace easypost_connect::internal
