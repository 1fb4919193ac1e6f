// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdlib>
#include <utility>

#include "core/answer_fields.hpp"
#include "core/encoding.hpp"
#include "core/make_error.hpp"
#include "core/url.hpp"
#include "vaults/aws_endpoint.hpp"
#include "vaults/aws_key_source.hpp"
#include "vaults/aws_login.hpp"
#include "vaults/aws_refusal.hpp"
#include "vaults/aws_signature.hpp"
#include "vaults/readers.hpp"
#include "vaults/service_address.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::seconds;
using vaults::AwsKeys;

constexpr const char* kContentType = "application/x-amz-json-1.1";
constexpr const char* kTarget = "secretsmanager.GetSecretValue";
constexpr std::string_view kService = "secretsmanager";

/// A Reading is that of one secret, once: what it asks, and what it must not say.
struct Reading {
  AwsEndpoint endpoint;
  VaultStep step;
  VaultStep login_step;
  Secret body;
  VaultClient client;
};

Secret body_for(const SecretReference& reference) {
  WipedJson body;
  body.add("SecretId", reference.path);
  if (const auto stage = reference.parameter("stage"); !stage.empty()) body.add("VersionStage", stage);
  if (const auto version = reference.parameter("version-id"); !version.empty()) body.add("VersionId", version);
  return body.text();
}

bool is_same(const AwsKeys& a, const AwsKeys& b) noexcept {
  return a.access_key_id == b.access_key_id && a.secret_access_key == b.secret_access_key &&
         a.session_token == b.session_token;
}

/// New keys may be accepted where these were not.
bool refuses_keys(const VaultAnswer& answer) {
  if (answer.ok()) return false;
  const AwsFault fault = refusal_in(answer).fault;
  return fault == AwsFault::kExpiredKeys || fault == AwsFault::kUnknownKeys || fault == AwsFault::kSignature;
}

std::string remedy_for(AwsFault fault, const SecretReference& reference) {
  switch (fault) {
    case AwsFault::kClock: return "Set the clock of this machine (NTP); a signature of AWS is good for five minutes.";
    case AwsFault::kExpiredKeys:
      return "Get new temporary keys, or set up a source that renews them itself, such as a role.";
    case AwsFault::kUnknownKeys:
      return "Check the access key id: it may be deleted, inactive or of another partition. Temporary keys (ASIA...) "
             "need their session token, and a region that has to be enabled must be.";
    case AwsFault::kSignature:
      return "Check that the secret access key belongs to the access key id, and has come over whole.";
    case AwsFault::kDenied:
      return "Let this identity do secretsmanager:GetSecretValue on the secret: in its own policy, and in those of the "
             "secret, of the VPC endpoint and of the organization as far as there are any.";
    case AwsFault::kKms:
      return "Let this identity do kms:Decrypt with the secret's KMS key, and check that the key is enabled.";
    case AwsFault::kMissing:
      return "Check name, region, account, stage and version: aws secretsmanager describe-secret --secret-id " +
             reference.path + '.';
    case AwsFault::kDeleted:
      return "Bring the secret back: aws secretsmanager restore-secret --secret-id " + reference.path + '.';
    case AwsFault::kQuestion: return "Check name, stage and version of the reference: they have to belong together.";
    case AwsFault::kThrottled: return "Wait, or let fewer processes ask at a time.";
    case AwsFault::kService: return "Wait: the service is unwell.";
    case AwsFault::kOther: break;
  }
  return "Look up what it says in the reference of AWS Secrets Manager, GetSecretValue, under \"Errors\".";
}

class AwsReader final : public SecretReader {
 public:
  AwsReader(vaults::AwsSecretsManager options, AwsLogin login, VaultClient client, const VaultWorld& world)
      : options_(std::move(options)), login_(std::move(login)), client_(std::move(client)), clock_(world.clock) {}

  [[nodiscard]] Result<void> check(const SecretReference& reference) const override {
    if (auto known = reference.check_parameters({"region", "stage", "version-id"}); !known) return known;
    const auto region = region_of(reference, options_);
    return region ? Result<void>() : region.error();
  }

  [[nodiscard]] Result<ReadSecret> read(const SecretReference& reference) override {
    auto region = region_of(reference, options_);
    if (!region) return std::move(region).error();
    Reading reading = reading_of(reference, *std::move(region));
    const auto answer = ask(reading);
    if (!answer) return answer.error();
    if (!answer->ok()) return refused(reading, reference, *answer);
    return content_of(reading, *answer);
  }

  [[nodiscard]] std::optional<std::string> login(const SecretReference& /*reference*/) const override {
    return login_.has_keys() ? std::optional(login_.name()) : std::nullopt;
  }

 private:
  [[nodiscard]] Reading reading_of(const SecretReference& reference, std::string region) const {
    AwsEndpoint endpoint = secrets_manager_endpoint(std::move(region), options_, secrets_manager_override(options_));
    const std::string vault = "AWS Secrets Manager at " + endpoint.host;
    return {std::move(endpoint),
            {vault, "read of " + reference.text + " with " + login_.name()},
            {vault, "login by " + login_.name() + " for " + reference.text},
            body_for(reference),
            client_};
  }

  /// Asks with the keys; once more with new ones if those that were there are refused.
  Result<VaultAnswer> ask(Reading& reading) {
    const bool had_keys = login_.has_keys();
    const auto keys = keys_for(reading);
    if (!keys) return keys.error();
    auto answer = ask_in_time(reading, *keys);
    if (!answer || !refuses_keys(*answer)) return answer;
    login_.drop();
    if (!had_keys) return answer;
    const auto fresh = keys_for(reading);
    if (!fresh) return fresh.error();
    if (!is_same(*fresh, *keys)) answer = ask_in_time(reading, *fresh);
    if (answer && refuses_keys(*answer)) login_.drop();
    return answer;
  }

  Result<AwsKeys> keys_for(Reading& reading) {
    const std::string configured = configured_region(options_);
    auto keys = login_.keys(now(), reading.login_step, configured.empty() ? reading.endpoint.region : configured);
    if (!keys) return keys;
    reading.client.keep_out(keys->secret_access_key);
    reading.client.keep_out(keys->session_token);
    return keys;
  }

  /// Asks; once more by the clock of AWS if it says that the signature is of another time.
  Result<VaultAnswer> ask_in_time(Reading& reading, const AwsKeys& keys) {
    auto answer = reading.client.ask(reading.step, signed_question(reading, keys));
    if (!answer || answer->ok() || refusal_in(*answer).fault != AwsFault::kClock) return answer;
    const auto behind = behind_aws(*answer);
    if (!behind || *behind == behind_) return answer;
    behind_ = *behind;
    return reading.client.ask(reading.step, signed_question(reading, keys));
  }

  [[nodiscard]] VaultQuestion signed_question(Reading& reading, const AwsKeys& keys) const {
    const std::string date = amz_date(now());
    const AwsPost post{{{"content-type", kContentType}, {"host", reading.endpoint.host}, {"x-amz-target", kTarget}},
                       reading.body.expose()};
    VaultQuestion question;
    question.method = Method::kPost;
    question.url = reading.endpoint.url;
    question.content_type = kContentType;
    question.headers.add("x-amz-date", date);
    question.headers.add("x-amz-target", kTarget);
    if (!keys.session_token.empty()) question.credentials.push_back({"x-amz-security-token", keys.session_token});
    const Secret authorization = aws_authorization(keys, {reading.endpoint.region, kService}, post, date);
    const std::string_view text = authorization.expose();
    reading.client.keep_out(Secret(text.substr(text.rfind('=') + 1)));  // this is the signature
    question.credentials.push_back({"authorization", authorization});
    question.body = reading.body;
    return question;
  }

  [[nodiscard]] WallTime now() const { return clock_->now().wall + behind_; }

  /// How far the clock of this machine is behind that of AWS; nothing when the answer does not tell.
  [[nodiscard]] std::optional<seconds> behind_aws(const VaultAnswer& answer) const {
    const auto date = parse_time(answer.headers.find("date").value_or(std::string_view()));
    if (!date) return std::nullopt;
    return std::chrono::floor<seconds>(*date - clock_->now().wall);
  }

  [[nodiscard]] std::string clock_words(const VaultAnswer& answer) const {
    const auto behind = behind_aws(answer);
    if (!behind) return " The answer does not tell the time of AWS.";
    return " The clock of this machine is " + std::to_string(std::abs(behind->count())) + " seconds " +
           (behind->count() < 0 ? "ahead of" : "behind") + " that of AWS, and a signature by that one was refused too.";
  }

  [[nodiscard]] Error refused(const Reading& reading, const SecretReference& reference,
                              const VaultAnswer& answer) const {
    const AwsRefusal refusal = refusal_in(answer);
    Error error = refused_by_aws(reading.client, reading.step, answer, refusal, remedy_for(refusal.fault, reference));
    if (refusal.fault == AwsFault::kClock) error.message.append(clock_words(answer));
    return error;
  }

  static Result<ReadSecret> content_of(const Reading& reading, const VaultAnswer& answer) {
    const VaultStep step{reading.step.vault, "decode, after " + reading.step.step};
    const auto json = reading.client.object_in(step, answer);
    if (!json) return json.error();
    ReadSecret secret;
    secret.version = text_at(*json, "VersionId");
    secret.content = Secret(text_at(*json, "SecretString"));
    if (!secret.content.empty()) return secret;
    const std::string_view binary = text_at(*json, "SecretBinary");
    if (binary.empty())
      return reading.client.unusable(step, "the answer holds neither SecretString nor SecretBinary, or it is empty",
                                     "Store a value: aws secretsmanager put-secret-value.");
    auto bytes = base64_decode(binary);
    if (!bytes)
      return reading.client.unusable(step, "SecretBinary is no base64",
                                     "Check that the address is that of AWS Secrets Manager.");
    secret.content = *std::move(bytes);
    return secret;
  }

  vaults::AwsSecretsManager options_;
  AwsLogin login_;
  VaultClient client_;
  std::shared_ptr<const Clock> clock_;
  seconds behind_{0};
};

/// Lets the transport go to a URL that stands in for the services of AWS, if there is one.
Result<void> allow_override(std::string_view name, const std::string& url, HttpsTransportOptions& transport) {
  if (url.empty()) return {};
  if (auto allowed = allow_service(name, url, transport); !allowed) return allowed;
  const Url parts(url);
  if (parts.target.empty() || parts.target == "/") return {};
  return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                    std::string(name) + " has a path, and the services of AWS have none.",
                    "Give scheme and host only, and the port if it is not 443.");
}

}  // namespace

Result<std::unique_ptr<SecretReader>> make_aws_reader(vaults::AwsSecretsManager options, const VaultWorld& world) {
  HttpsTransportOptions transport;
  transport.server_ca = options.server_ca;
  if (const auto bundle = first_variable({"AWS_CA_BUNDLE"}); transport.server_ca.empty() && !bundle.empty())
    transport.server_ca = TlsMaterial::file(std::string(bundle));
  if (auto allowed = allow_override("The endpoint of AWS Secrets Manager (AWS_ENDPOINT_URL_SECRETS_MANAGER)",
                                    secrets_manager_override(options), transport);
      !allowed)
    return std::move(allowed).error();
  if (auto allowed = allow_override("The endpoint of AWS STS (AWS_ENDPOINT_URL_STS)", sts_override(), transport);
      !allowed)
    return std::move(allowed).error();
  auto made = world.make_transport(std::move(transport));
  if (!made) return std::move(made).error();
  const VaultClient client(*std::move(made), world);
  auto source = choose_aws_key_source(options, client, world);
  if (!source) return std::move(source).error();
  return std::unique_ptr<SecretReader>(
      std::make_unique<AwsReader>(std::move(options), AwsLogin(*std::move(source)), client, world));
}

}  // namespace easypost_connect::internal
