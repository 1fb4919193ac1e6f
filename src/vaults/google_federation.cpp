// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "core/text.hpp"
#include "core/url.hpp"
#include "vaults/google_access_token.hpp"
#include "vaults/google_answer.hpp"
#include "vaults/google_subject_token.hpp"
#include "vaults/wiped_form.hpp"

namespace easypost_connect::internal {
namespace {

VaultQuestion exchange_question(const ExternalAccount& account, const Secret& subject_token) {
  WipedForm form;
  form.add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
  form.add("audience", account.audience);
  form.add("scope", kCloudPlatformScope);
  form.add("requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
  form.add("subject_token", subject_token.expose());
  form.add("subject_token_type", account.subject_token_type);
  VaultQuestion question;
  question.method = Method::kPost;
  question.url = account.token_url;
  question.content_type = "application/x-www-form-urlencoded";
  question.body = form.text();
  return question;
}

Error exchange_refused(const VaultAnswer& answer, VaultClient& client, const VaultStep& step, WallTime now) {
  const SecretJson json = answer.json();
  const std::string code = client.quoted(text_at(json, "error"));
  const std::string description = client.quoted(text_at(json, "error_description"));
  std::string remedy =
      "Compare the file with the pool and its provider: gcloud iam workload-identity-pools providers "
      "describe.";
  if (code == "invalid_grant")
    remedy = clock_complaint(answer, now) +
             "Check that the subject token has not expired, and that the provider of the pool allows its issuer, its "
             "audience and its attributes.";
  if (code == "invalid_target")
    remedy = "Check the audience in the file, and that the pool and its provider are there and enabled.";
  if (answer.status >= 500) remedy = kWaitForGoogle;
  return client.refusal(step, answer, code.empty() || description.empty() ? code : code + ", " + description, remedy);
}

/// The principal that a federation stands for is one of its pool.
std::string principal_of(const ExternalAccount& account) {
  return "the federated principal of " + printable(account.audience, 200);
}

Result<GoogleAccessToken> exchanged_token(const ExternalAccount& account, VaultClient& client, const VaultStep& step,
                                          const VaultWorld& world) {
  const auto subject = subject_token(account.source, client, step, world);
  if (!subject) return subject.error();
  const VaultStep exchange{step.vault,
                           step.step + ", token exchange at " + std::string(Url(account.token_url).authority)};
  const auto answer = client.ask(exchange, exchange_question(account, *subject));
  if (!answer) return answer.error();
  if (!answer->ok()) return exchange_refused(*answer, client, exchange, world.clock->now().wall);
  auto token = token_in(*answer, client, exchange);
  if (token) token->principal = principal_of(account);
  return token;
}

/// Returns the "NAME@PROJECT.iam.gserviceaccount.com" of "../serviceAccounts/NAME@..:generateAccessToken".
std::string account_in(std::string_view url) {
  constexpr std::string_view kBefore = "/serviceAccounts/";
  const auto at = url.rfind(kBefore);
  if (at == std::string_view::npos) return printable(url, 200);
  const std::string_view rest = url.substr(at + kBefore.size());
  return printable(rest.substr(0, rest.find(':')), 200);
}

std::string remedy_of_impersonation(int status, const std::string& principal) {
  if (status >= 500) return kWaitForGoogle;
  if (status == 403)
    return "Grant roles/iam.workloadIdentityUser on that account to " + principal +
           ", and enable iamcredentials.googleapis.com in its project.";
  return "Check the service_account_impersonation_url and the token_lifetime_seconds in the file, and that the account "
         "is there.";
}

Result<GoogleAccessToken> impersonated_token(const ExternalAccount& account, const GoogleAccessToken& federated,
                                             VaultClient& client, const VaultStep& step) {
  const std::string email = account_in(account.impersonation_url);
  const VaultStep impersonation{step.vault, step.step + ", impersonation of " + email};
  const std::string life = std::to_string(account.impersonated_life.count()) + 's';
  VaultQuestion question;
  question.method = Method::kPost;
  question.url = account.impersonation_url;
  question.content_type = "application/json";
  question.credentials.push_back({"authorization", bearer(federated.text)});
  question.body = Secret(R"({"scope":[")" + std::string(kCloudPlatformScope) + R"("],"lifetime":")" + life + R"("})");
  const auto answer = client.ask(impersonation, question);
  if (!answer) return answer.error();
  if (!answer->ok())
    return client.refusal(impersonation, *answer, google_error_in(*answer, client).words(),
                          remedy_of_impersonation(answer->status, federated.principal));
  const auto json = client.object_in(impersonation, *answer);
  if (!json) return json.error();
  GoogleAccessToken token{Secret(text_at(*json, "accessToken")), account.impersonated_life, "serviceAccount:" + email};
  if (token.text.empty())
    return client.unusable(impersonation, "the answer holds no accessToken",
                           "Check the service_account_impersonation_url in the file.");
  client.keep_out(token.text);
  return token;
}

}  // namespace

Result<GoogleAccessToken> token_in(const VaultAnswer& answer, VaultClient& client, const VaultStep& step) {
  const auto json = client.object_in(step, answer);
  if (!json) return json.error();
  GoogleAccessToken token{Secret(text_at(*json, "access_token")), life_at(*json, "expires_in"), {}};
  if (token.text.empty())
    return client.unusable(step, "the answer holds no access_token",
                           "Check that Google itself answers, and not a page before it.");
  client.keep_out(token.text);
  return token;
}

Result<GoogleAccessToken> federated_token(const ExternalAccount& account, VaultClient& client, const VaultStep& step,
                                          const VaultWorld& world) {
  auto token = exchanged_token(account, client, step, world);
  if (!token || account.impersonation_url.empty()) return token;
  return impersonated_token(account, *token, client, step);
}

}  // namespace easypost_connect::internal
