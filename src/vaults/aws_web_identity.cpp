// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "core/answer_fields.hpp"
#include "core/make_error.hpp"
#include "vaults/aws_endpoint.hpp"
#include "vaults/aws_key_source.hpp"
#include "vaults/aws_refusal.hpp"
#include "vaults/secret_file.hpp"
#include "vaults/service_address.hpp"
#include "vaults/wiped_form.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kRole = "AWS_ROLE_ARN";
constexpr const char* kTokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";

const char* remedy_for(const AwsRefusal& refusal) noexcept {
  if (refusal.type == "InvalidIdentityToken")
    return "Check that IAM has an identity provider for the issuer of the token, and that its audience is that of the "
           "token (sts.amazonaws.com).";
  if (refusal.type == "IDPRejectedClaim" || refusal.fault == AwsFault::kExpiredKeys)
    return "The token has expired or was withdrawn: let whoever writes AWS_WEB_IDENTITY_TOKEN_FILE write a new one.";
  switch (refusal.fault) {
    case AwsFault::kDenied:
      return "Let the trust policy of the role allow sts:AssumeRoleWithWebIdentity to this identity provider, and to "
             "the sub and aud of the token; and check AWS_ROLE_ARN.";
    case AwsFault::kQuestion: return "Check AWS_ROLE_ARN (arn:aws:iam::ACCOUNT:role/NAME) and AWS_ROLE_SESSION_NAME.";
    case AwsFault::kThrottled:
    case AwsFault::kService: return "Wait: STS is busy or unwell, or cannot reach the issuer of the token.";
    default:
      return "Check AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the region; regions that have to be enabled need "
             "that for STS too.";
  }
}

/// STS gives the keys of a role for the signed JWT in a file, such as Kubernetes writes for a service account.
class WebIdentityKeys final : public AwsKeySource {
 public:
  WebIdentityKeys(vaults::AwsSecretsManager options, VaultClient sts)
      : options_(std::move(options)), sts_(std::move(sts)) {}

  [[nodiscard]] std::string name() const override { return "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)"; }

  [[nodiscard]] Result<AwsCredentials> fetch(const VaultStep& step, const std::string& region) override {
    const std::string file(first_variable({kTokenFile}));
    const Secret token = secret_in_file(file);
    if (token.empty())
      return sts_.unusable(step, "the file " + file + " of AWS_WEB_IDENTITY_TOKEN_FILE cannot be read, or is empty",
                           "Mount the token there, and let this process read it.");
    VaultClient client = sts_;
    client.keep_out(token);
    const auto answer = client.ask(step, question(token, region));
    if (!answer) return answer.error();
    if (!answer->ok()) {
      const AwsRefusal refusal = refusal_in(*answer);
      return refused_by_aws(client, step, *answer, refusal, remedy_for(refusal));
    }
    return keys_in(client, step, answer->body.expose());
  }

 private:
  [[nodiscard]] VaultQuestion question(const Secret& token, const std::string& region) const {
    const std::string_view session = first_variable({"AWS_ROLE_SESSION_NAME"});
    WipedForm form;
    form.add("Action", "AssumeRoleWithWebIdentity");
    form.add("Version", "2011-06-15");
    form.add("RoleArn", first_variable({kRole}));
    form.add("RoleSessionName", session.empty() ? "easypost-connect" : session);
    form.add("WebIdentityToken", token.expose());
    VaultQuestion question;
    question.method = Method::kPost;
    question.url = sts_endpoint(region, options_, sts_override()).url;
    question.content_type = "application/x-www-form-urlencoded";
    question.body = form.text();
    return question;
  }

  static Result<AwsCredentials> keys_in(const VaultClient& client, const VaultStep& step, std::string_view xml) {
    AwsCredentials found{{std::string(element_in(xml, "AccessKeyId")), Secret(element_in(xml, "SecretAccessKey")),
                          Secret(element_in(xml, "SessionToken"))}};
    if (found.keys.access_key_id.empty() || found.keys.secret_access_key.empty() || found.keys.session_token.empty())
      return client.unusable(
          step, "the answer holds no keys",
          "Check that AWS_ENDPOINT_URL_STS is the address of STS, and that no page stands before it.");
    found.expiration = parse_time(element_in(xml, "Expiration"));
    return found;
  }

  vaults::AwsSecretsManager options_;
  VaultClient sts_;
};

}  // namespace

Result<std::unique_ptr<AwsKeySource>> aws_keys_by_web_identity(const vaults::AwsSecretsManager& options,
                                                               const VaultClient& aws) {
  if (first_variable({kTokenFile}).empty()) return std::unique_ptr<AwsKeySource>();
  if (first_variable({kRole}).empty())
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not.",
                      "Set AWS_ROLE_ARN to the role that the token is for.");
  return std::unique_ptr<AwsKeySource>(std::make_unique<WebIdentityKeys>(options, aws));
}

}  // namespace easypost_connect::internal
