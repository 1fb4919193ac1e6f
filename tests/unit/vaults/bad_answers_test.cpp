// SPDX-License-Identifier: Apache-2.0
// Whatever a vault, a service that logs in to it, or a page before them answers: the Error names the vault and the
// step, gives a remedy, says whether a later try may succeed, and quotes no secret.
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws_environment.hpp"
#include "core/encoding.hpp"
#include "core/text.hpp"
#include "result_matchers.hpp"
#include "sandbox/certificate_authority.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using MadeReader = Result<std::unique_ptr<SecretReader>>;

constexpr const char* kMetadataFlavor = "metadata-flavor";

/// A world in which a reader is made, and its requests are answered up to the one that goes wrong.
struct Scene {
  FakeVaultWorld world;
  AwsEnvironment environment;

  /// The good answer to any login with a token.
  void answer_token() {
    world.answer(R"({"auth":{"client_token":"canary-secret-token-1","lease_duration":60,"renewable":true},)"
                 R"("access_token":"canary-secret-token-2","expires_in":3600,"token_type":"Bearer"})",
                 200, {{kMetadataFlavor, "Google"}});
  }

  MadeReader hashicorp(decltype(vaults::HashiCorpVault::login) login) {
    vaults::HashiCorpVault options;
    options.address = "https://vault.test";
    options.login = std::move(login);
    return make_hashicorp_reader(std::move(options), world.world());
  }
  MadeReader aws(bool with_keys = false) {
    vaults::AwsSecretsManager options;
    options.region = "eu-west-1";
    if (with_keys)
      options.keys = vaults::AwsKeys{"AKIA1", Secret("canary-secret-key"), Secret("canary-secret-session")};
    return make_aws_reader(std::move(options), world.world());
  }
  MadeReader azure(decltype(vaults::AzureKeyVault::login) login) {
    vaults::AzureKeyVault options;
    options.tenant_id = "tenant-1";
    options.client_id = "client-1";
    options.login = std::move(login);
    return make_azure_reader(std::move(options), world.world());
  }
  MadeReader google(const std::string& source, bool impersonates = false) {
    vaults::GoogleSecretManager options;
    if (!source.empty())
      options.credentials =
          Secret(R"({"type":"external_account","audience":"//iam.googleapis.com/pool","subject_token_type":"jwt",)" +
                 (impersonates
                      ? std::string(R"("service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/)"
                                    R"(projects/-/serviceAccounts/ep@p1.test:generateAccessToken",)")
                      : std::string()) +
                 R"("token_url":"https://sts.googleapis.com/v1/token","credential_source":)" + source + "}");
    return make_google_reader(std::move(options), world.world());
  }
  std::string file(const char* name, const char* content) { return environment.home().write(name, content); }
};

/// A Door is one kind of request that a reader sends.
struct Door {
  const char* name;
  const char* reference;
  const char* vault;
  const char* step;  ///< empty where one answer leads to another step: a 403 to a new login
  std::function<MadeReader(Scene& scene)> open;
};

void PrintTo(const Door& door, std::ostream* out) { *out << door.name; }

vaults::AppRoleLogin app_role(bool wrapped = false) {
  return {"role-1", Secret("canary-secret-id"), wrapped, "approle"};
}

const Door kDoors[] = {
    {"HashiCorpToken", "vault://kv/ep?kv=1", "HashiCorp Vault at https://vault.test, ", "login by token",
     [](Scene& scene) { return scene.hashicorp(vaults::VaultToken{Secret("canary-secret-token-0")}); }},
    {"HashiCorpAppRole", "vault://kv/ep?kv=1", "HashiCorp Vault at https://vault.test, ", "login by AppRole",
     [](Scene& scene) { return scene.hashicorp(app_role()); }},
    {"HashiCorpUnwrapping", "vault://kv/ep?kv=1", "HashiCorp Vault at https://vault.test, ",
     "unwrapping of the secret id", [](Scene& scene) { return scene.hashicorp(app_role(true)); }},
    {"HashiCorpJwt", "vault://kv/ep?kv=1", "HashiCorp Vault at https://vault.test, ", "login by JWT",
     [](Scene& scene) {
       return scene.hashicorp(vaults::JwtLogin{"role-1", scene.file("jwt", "canary-secret.of.pod"), "kubernetes"});
     }},
    {"HashiCorpMount", "vault://kv/ep", "HashiCorp Vault at https://vault.test, ", "",
     [](Scene& scene) {
       scene.answer_token();
       return scene.hashicorp(app_role());
     }},
    {"HashiCorpRead", "vault://kv/ep?kv=2", "HashiCorp Vault at https://vault.test, ", "read of vault://kv/ep",
     [](Scene& scene) {
       scene.answer_token();
       return scene.hashicorp(app_role());
     }},
    {"AwsRead", "aws-sm://ep", "AWS Secrets Manager at secretsmanager.eu-west-1.amazonaws.com, ", "read of aws-sm://ep",
     [](Scene& scene) { return scene.aws(true); }},
    {"AwsWebIdentity", "aws-sm://ep", "AWS Secrets Manager at secretsmanager.eu-west-1.amazonaws.com, ",
     "login by web identity",
     [](Scene& scene) {
       scene.environment.set("AWS_ROLE_ARN", "arn:aws:iam::1:role/ep");
       scene.environment.set("AWS_WEB_IDENTITY_TOKEN_FILE", scene.file("jwt", "canary-secret.of.pod"));
       return scene.aws();
     }},
    {"AwsContainer", "aws-sm://ep", "AWS Secrets Manager at secretsmanager.eu-west-1.amazonaws.com, ",
     "login by the role of the container",
     [](Scene& scene) {
       scene.environment.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role");
       scene.environment.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-secret-of-agent");
       return scene.aws();
     }},
    {"AwsInstanceToken", "aws-sm://ep", "AWS Secrets Manager at secretsmanager.eu-west-1.amazonaws.com, ",
     "login by the role of the instance", [](Scene& scene) { return scene.aws(); }},
    {"AwsInstanceRole", "aws-sm://ep", "AWS Secrets Manager at secretsmanager.eu-west-1.amazonaws.com, ",
     "login by the role of the instance",
     [](Scene& scene) {
       scene.world.answer("canary-secret-of-imds");
       return scene.aws();
     }},
    {"AwsInstanceKeys", "aws-sm://ep", "AWS Secrets Manager at secretsmanager.eu-west-1.amazonaws.com, ",
     "login by the role of the instance",
     [](Scene& scene) {
       scene.world.answer("canary-secret-of-imds");
       scene.world.answer("role-1");
       return scene.aws();
     }},
    {"AzureApplication", "azure-kv://my-vault/ep", "Azure Key Vault", "login by client secret",
     [](Scene& scene) { return scene.azure(vaults::AzureSecretLogin{Secret("canary-secret-of-app")}); }},
    {"AzureWorkload", "azure-kv://my-vault/ep", "Azure Key Vault", "login by workload identity",
     [](Scene& scene) {
       return scene.azure(vaults::AzureWorkloadIdentityLogin{scene.file("jwt", "canary-secret.of.pod")});
     }},
    {"AzureMachine", "azure-kv://my-vault/ep", "Azure Key Vault", "login by managed identity (of this machine)",
     [](Scene& scene) { return scene.azure(vaults::AzureManagedIdentityLogin{}); }},
    {"AzureApp", "azure-kv://my-vault/ep", "Azure Key Vault", "login by managed identity (IDENTITY_ENDPOINT)",
     [](Scene& scene) {
       scene.environment.set("IDENTITY_ENDPOINT", "http://127.0.0.1:81/msi/token");
       scene.environment.set("IDENTITY_HEADER", "canary-secret-header");
       return scene.azure(vaults::AzureManagedIdentityLogin{});
     }},
    {"AzureRead", "azure-kv://my-vault/ep", "Azure Key Vault", "read of azure-kv://my-vault/ep",
     [](Scene& scene) {
       scene.answer_token();
       return scene.azure(vaults::AzureSecretLogin{Secret("canary-secret-of-app")});
     }},
    {"GoogleSubjectToken", "gcp-sm://p1/ep", "Google Secret Manager, ", "login by VaultOptions::google.credentials",
     [](Scene& scene) {
       return scene.google(R"({"url":"http://127.0.0.1:81/","headers":{"a":"canary-secret-header"},)"
                           R"("format":{"type":"json","subject_token_field_name":"value"}})");
     }},
    {"GoogleExchange", "gcp-sm://p1/ep", "Google Secret Manager, ", "token exchange at sts.googleapis.com",
     [](Scene& scene) { return scene.google(R"({"file":")" + scene.file("jwt", "canary-secret.of.pod") + "\"}"); }},
    {"GoogleImpersonation", "gcp-sm://p1/ep", "Google Secret Manager, ", "impersonation of ep@p1.test",
     [](Scene& scene) {
       scene.answer_token();
       return scene.google(R"({"file":")" + scene.file("jwt", "canary-secret.of.pod") + "\"}", true);
     }},
    {"GoogleMetadata", "gcp-sm://p1/ep", "Google Secret Manager, ", "login by the metadata service at",
     [](Scene& scene) { return scene.google(""); }},
    {"GoogleRead", "gcp-sm://p1/ep", "Google Secret Manager, ", "read of gcp-sm://p1/ep", [](Scene& scene) {
       scene.answer_token();
       return scene.google("");
     }}};

/// An answer that no reader can use. A '$' in its body stands for what was sent, headers with secrets included.
struct BadAnswer {
  const char* name;
  int status;
  std::string body;
};

const char* const kEchoes =
    R"({"errors":["$"],"error":{"code":"$","message":"$","status":"$","details":[{"reason":"$"}]},"message":"$","__type":"$"})";

const BadAnswer kBadAnswers[] = {
    {"nothing", 200, ""},
    {"no content", 204, ""},
    {"a page", 200, "<html><body>Log in: canary-secret-of-page</body></html>"},
    {"no JSON", 200, R"({"auth":{"client_token":)"},
    {"text that is cut off", 200, R"({"value":"canary-secret-of)"},
    {"null", 200, "null"},
    {"a list", 200, R"([{"value":"canary-secret-of-list"}])"},
    {"an empty object", 200, "{}"},
    {"members of other types", 200,
     R"({"auth":7,"data":[1],"value":{},"payload":"x","SecretString":1,"access_token":[],"AccessKeyId":{},"Code":[]})"},
    {"members that are empty", 200,
     R"({"auth":{"client_token":""},"data":{"data":null},"value":"","payload":{"data":""},"access_token":""})"},
    {"numbers out of range", 200,
     R"({"auth":{"lease_duration":1e99},"data":{"ttl":18446744073709551615},"expires_in":-9223372036854775808})"},
    {"JSON that is nested deep", 200, std::string(100, '[') + std::string(100, ']')},
    {"no UTF-8", 200, "{\"value\":\"\xff\xfe\"}"},
    {"not modified", 304, ""},
    {"a refusal that echoes", 400, kEchoes},
    {"a refusal with an error of OAuth that echoes", 400, R"({"error":"$","error_description":"$"})"},
    {"a refusal in XML that echoes", 403, "<Error><Code>$</Code><Message>$</Message></Error>"},
    {"a page that refuses", 403, "<html>$</html>"},
    {"too many requests", 429, kEchoes},
    {"a fault", 500, kEchoes},
    {"a page of a gateway", 502, "<html>$</html>"},
    {"nobody there", 503, ""}};

FakeTransport::Reply reply_of(const BadAnswer& bad) {
  return [bad](const SentRequest& sent) -> Result<Response> {
    std::string echo;
    append_json_string(echo, sent.body);
    for (const auto& [name, value] : sent.credentials) append_json_string(echo.append(name), value);
    std::string quoted;
    append_json_string(quoted, echo);
    std::string body;
    for (const char c : bad.body) body.append(c == '$' ? quoted.substr(1, quoted.size() - 2) : std::string(1, c));
    return answer(bad.status, body, {{kMetadataFlavor, "Google"}});
  };
}

class VaultBadAnswers : public testing::TestWithParam<Door> {
 protected:
  static Error error_of(FakeTransport::Reply reply) {
    Scene scene;
    for (const char* const name : {"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                                   "AZURE_AUTHORITY_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "GCE_METADATA_HOST"})
      scene.environment.set(name, "");
    const auto reader = GetParam().open(scene);
    EXPECT_THAT(reader, IsOk());
    scene.world.transport->always(std::move(reply));
    auto secret = (*reader)->read(*parse_reference(GetParam().reference));
    EXPECT_FALSE(secret);
    return secret ? Error() : std::move(secret).error();
  }

  static void expect_usual_words(const Error& error) {
    EXPECT_EQ(error.factor, Factor::kCredentialSource);
    EXPECT_THAT(error.message, AllOf(testing::StartsWith(GetParam().vault), HasSubstr(GetParam().step)));
    EXPECT_THAT(error.describe(), Not(HasSubstr("canary-secret")));
    EXPECT_NE(error.remedy, "") << error.message;
  }
};

TEST_P(VaultBadAnswers, AreExplained) {
  for (const BadAnswer& bad : kBadAnswers) {
    SCOPED_TRACE(bad.name);
    const Error error = error_of(reply_of(bad));
    expect_usual_words(error);
    EXPECT_EQ(error.retryable, bad.status == 429 || bad.status >= 500) << error.message;
    if (bad.status >= 300) {
      EXPECT_THAT(error.message, HasSubstr(std::to_string(bad.status)));
    }
  }
}

TEST_P(VaultBadAnswers, ThatSendElsewhereAreNotFollowed) {
  const Error error = error_of([](const SentRequest& sent) -> Result<Response> {
    const std::string echo = sent.credentials.empty() ? sent.body : sent.credentials.front().second;
    return answer(307, "", {{"location", "https://elsewhere.test/"}, {"x-echo", echo}, {kMetadataFlavor, "Google"}});
  });
  expect_usual_words(error);
  EXPECT_THAT(error.message, HasSubstr("\"https://elsewhere.test/\", and redirects are not followed (status 307)"));
  EXPECT_FALSE(error.retryable);
}

INSTANTIATE_TEST_SUITE_P(Each, VaultBadAnswers, testing::ValuesIn(kDoors),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace easypost_connect::internal
