// SPDX-License-Identifier: Apache-2.0
#include "vaults/hashicorp_login.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <variant>

#include "core/text.hpp"
#include "core/whole_file.hpp"
#include "vaults/service_address.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::internal {
namespace {

using vaults::AppRoleLogin;
using vaults::CertificateLogin;
using vaults::JwtLogin;
using vaults::VaultToken;

std::string home_file(const char* name) {
  const std::string_view home = first_variable({"HOME"});
  return home.empty() ? std::string() : std::string(home) + '/' + name;
}

Secret trimmed(const Secret& text) {
  const std::string_view all = text.expose();
  const auto end = all.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? Secret() : Secret(all.substr(0, end + 1));
}

/// Returns the content of a file that holds one token; empty when there is none.
Secret token_in_file(const std::string& path) {
  if (path.empty()) return {};
  auto file = read_whole_file(path, {});
  const auto* whole = std::get_if<WholeFile>(&file);
  return whole != nullptr ? trimmed(whole->content) : Secret();
}

const char* remedy_of_refused_login(const VaultToken&) {
  return "Give a token that has not expired (VAULT_TOKEN, or ~/.vault-token), or another way to log in.";
}
const char* remedy_of_refused_login(const AppRoleLogin&) {
  return "Check role id and secret id: Vault does not say which is wrong, spent or expired. Make a new secret id: "
         "vault "
         "write -f auth/approle/role/ROLE/secret-id.";
}
const char* remedy_of_refused_login(const JwtLogin&) {
  return "Check the role, and that its bound audience, subject or service account are those of the token.";
}
const char* remedy_of_refused_login(const CertificateLogin&) {
  return "Check that the client certificate for Vault comes from the authority of that role, and has a name it allows.";
}

}  // namespace

VaultQuestion HashiCorpAddress::question(Method method, std::string_view path, const Secret& token) const {
  VaultQuestion question;
  question.method = method;
  question.url = url + "/v1/";
  question.url.append(path);
  question.headers.add("x-vault-request", "true");
  if (!vault_namespace.empty()) question.headers.add("x-vault-namespace", vault_namespace);
  if (!token.empty()) question.credentials.push_back({"x-vault-token", token});
  return question;
}

Result<Secret> HashiCorpLogin::token(VaultClient& client) {
  const SteadyTime now = clock_->now().steady;
  const bool ends = life_.count() > 0;
  if (!token_.empty() && ends && now >= renew_at_ && now < ends_at_ && renewable_) renew(client);
  if (!token_.empty() && ends && clock_->now().steady >= renew_at_) token_ = {};
  if (token_.empty()) {
    if (auto logged_in = log_in(client); !logged_in) return std::move(logged_in).error();
  }
  return token_;
}

std::optional<std::chrono::seconds> HashiCorpLogin::renewal() const {
  if (life_.count() == 0) return std::nullopt;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(renew_at_ - clock_->now().steady);
  return std::max(left, std::chrono::seconds(1));
}

void HashiCorpLogin::keep(Secret token, std::chrono::seconds life, bool renewable) {
  token_ = std::move(token);
  life_ = life;
  renewable_ = renewable;
  ends_at_ = clock_->now().steady + life;
  renew_at_ = clock_->now().steady + life * 2 / 3;
}

std::string HashiCorpLogin::way() const {
  constexpr const char* kWays[] = {"token", "AppRole", "JWT", "certificate"};
  return kWays[options_.login.index()];
}

VaultStep HashiCorpLogin::login_step() const { return {address_.shown(), "login by " + way()}; }

/// A renewal that is refused, or brings less than half of the life, is followed by a login.
void HashiCorpLogin::renew(VaultClient& client) {
  auto question = address_.question(Method::kPost, "auth/token/renew-self", token_);
  question.content_type = "application/json";
  question.body = Secret("{}");
  const auto answer = client.ask({address_.shown(), "renewal of the token"}, question);
  if (!answer || !answer->ok()) return;
  const std::chrono::seconds life = life_at(answer->json(), "auth", "lease_duration");
  if (life >= life_ / 2) keep(token_, life, renewable_);
}

Result<void> HashiCorpLogin::log_in(VaultClient& client) {
  if (std::holds_alternative<VaultToken>(options_.login)) return take_token(client);
  auto question = login_question(client);
  if (!question) return std::move(question).error();
  return take_answer(client, login_step(), *question);
}

/// A token from outside: Vault says how long it lives.
Result<void> HashiCorpLogin::take_token(VaultClient& client) {
  Secret token = std::get<VaultToken>(options_.login).token;
  if (token.empty()) token = Secret(first_variable({"BAO_TOKEN", "VAULT_TOKEN"}));
  if (token.empty()) token = token_in_file(home_file(".vault-token"));
  if (token.empty())
    return client.unusable(login_step(), "there is no token",
                           "Set VAULT_TOKEN, or VaultOptions::hashicorp.login to AppRoleLogin, JwtLogin or "
                           "CertificateLogin.");
  client.keep_out(token);
  const auto answer = client.ask(login_step(), address_.question(Method::kGet, "auth/token/lookup-self", token));
  if (!answer) return answer.error();
  if (!answer->ok()) return login_refused(client, login_step(), *answer);
  const auto json = client.object_in(login_step(), *answer);
  if (!json) return json.error();
  if (number_at(*json, -1, "data", "ttl") < 0)
    return client.unusable(login_step(), "the answer does not say how long the token lives",
                           "Check that the address is that of a Vault, not of a page before it.");
  keep(std::move(token), life_at(*json, "data", "ttl"), is_true_at(*json, "data", "renewable"));
  return {};
}

Error HashiCorpLogin::login_refused(const VaultClient& client, const VaultStep& step, const VaultAnswer& answer) const {
  const char* remedy = std::visit([](const auto& login) { return remedy_of_refused_login(login); }, options_.login);
  if (answer.status >= 500) remedy = "Look into the log of the vault, or of what stands before it.";
  if (answer.status == 503) remedy = "Unseal the vault: vault operator unseal.";
  if (answer.status == 404) remedy = "Check the mount of the login, and the namespace.";
  if (answer.status == 429) remedy = "Wait, or raise the quota of the vault.";
  const SecretJson json = answer.json();
  return client.refusal(step, answer, client.quoted(first_at(json, "errors").text()), remedy);
}

Result<void> HashiCorpLogin::take_answer(VaultClient& client, const VaultStep& step, const VaultQuestion& question) {
  const auto answer = client.ask(step, question);
  if (!answer) return answer.error();
  if (!answer->ok()) return login_refused(client, step, *answer);
  const auto json = client.object_in(step, *answer);
  if (!json) return json.error();
  const std::string_view token = text_at(*json, "auth", "client_token");
  if (token.empty())
    return client.unusable(step, "the answer holds no token",
                           "Check that the address is that of a Vault, not of a page before it.");
  keep(Secret(token), life_at(*json, "auth", "lease_duration"), is_true_at(*json, "auth", "renewable"));
  client.keep_out(token_);
  return {};
}

Result<VaultQuestion> HashiCorpLogin::login_question(VaultClient& client) {
  std::string mount;
  WipedJson body;
  if (const auto* role = std::get_if<AppRoleLogin>(&options_.login)) {
    mount = role->mount;
    auto secret_id = unwrapped_secret_id(client, *role);
    if (!secret_id) return std::move(secret_id).error();
    client.keep_out(*secret_id);
    body.add("role_id", role->role_id);
    if (!secret_id->empty()) body.add("secret_id", secret_id->expose());
  } else if (const auto* jwt = std::get_if<JwtLogin>(&options_.login)) {
    mount = jwt->mount;
    const Secret token = token_in_file(jwt->jwt_file);
    if (token.empty())
      return client.unusable(login_step(), "the token file " + jwt->jwt_file + " cannot be read, or is empty",
                             "Mount the token of the service account there, or set JwtLogin::jwt_file.");
    client.keep_out(token);
    body.add("role", jwt->role);
    body.add("jwt", token.expose());
  } else {
    const auto& certificate = std::get<CertificateLogin>(options_.login);
    mount = certificate.mount;
    if (!certificate.role.empty()) body.add("name", certificate.role);
  }
  auto question = address_.question(Method::kPost, "auth/" + mount + "/login", {});
  question.content_type = "application/json";
  question.body = body.text();
  return question;
}

Result<Secret> HashiCorpLogin::unwrapped_secret_id(VaultClient& client, const AppRoleLogin& login) {
  if (!login.secret_id_is_wrapped) return login.secret_id;
  if (!secret_id_.empty()) return secret_id_;
  client.keep_out(login.secret_id);
  const VaultStep step{address_.shown(), "unwrapping of the secret id"};
  auto question = address_.question(Method::kPost, "sys/wrapping/unwrap", login.secret_id);
  question.content_type = "application/json";
  question.body = Secret("{}");
  const auto answer = client.ask(step, question);
  if (!answer) return answer.error();
  if (!answer->ok())
    return client.refusal(
        step, *answer, client.quoted(first_at(answer->json(), "errors").text()),
        "A wrapping token works once, and not for long. If nobody of yours has used it, somebody else "
        "may have: tell those who look after the vault. Otherwise get a new one.");
  const auto json = client.object_in(step, *answer);
  if (!json) return json.error();
  secret_id_ = Secret(text_at(*json, "data", "secret_id"));
  if (secret_id_.empty())
    return client.unusable(step, "what was wrapped is no secret id",
                           "Wrap the answer of auth/approle/role/ROLE/secret-id (vault write -wrap-ttl=60s -f ...).");
  return secret_id_;
}

}  // namespace easypost_connect::internal
