// SPDX-License-Identifier: Apache-2.0
#include "vaults/google_credentials.hpp"

#include <utility>

#include "core/text.hpp"
#include "core/url.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kOtherWays =
    "Use the key of a service account, workload identity federation, or the service account of the machine.";

/// Whether `url` leads to the service of that name: "sts" for sts.googleapis.com, sts.us-east1.rep.googleapis.com or
/// sts-name.p.googleapis.com.
bool is_service(std::string_view url, std::string_view service, std::string_view universe) {
  if (!problem_of(url).empty()) return false;
  const Url parts(url);
  if (parts.port != "443" || parts.host.size() <= universe.size()) return false;
  std::string_view labels = parts.host.substr(0, parts.host.size() - universe.size());
  if (!equals_ignoring_case(parts.host.substr(labels.size()), universe) || labels.back() != '.') return false;
  while (!labels.empty()) {
    const std::string_view label = labels.substr(0, labels.find('.'));
    const bool begins_so = equals_ignoring_case(label.substr(0, service.size()), service);
    if (begins_so && (label.size() == service.size() || label[service.size()] == '-')) return true;
    labels.remove_prefix(label.size() + 1);
  }
  return false;
}

/// Reads one credential file.
class CredentialFile {
 public:
  CredentialFile(const SecretJson& json, std::string_view universe, VaultClient& client, const VaultStep& step)
      : json_(json), universe_(universe), client_(client), step_(step) {}

  Result<GoogleCredentials> credentials() const {
    const std::string_view type = text_at(json_, "type");
    std::string_view own_universe = text_at(json_, "universe_domain");
    if (own_universe.empty()) own_universe = "googleapis.com";
    if (type.empty())
      return unusable("the credentials are no JSON object with a \"type\"",
                      "Give the file that Google's console or gcloud has written, as it is.");
    if (own_universe != universe_)
      return unusable(
          "the credentials are of the universe \"" + printable(own_universe, 80) + "\", and not of " + universe_,
          "If you know that universe as yours, set GOOGLE_CLOUD_UNIVERSE_DOMAIN to it, or "
          "VaultOptions::google.universe_domain.");
    if (type == "service_account") return service_account();
    if (type == "external_account") return external_account();
    if (type == "authorized_user" || type == "external_account_authorized_user")
      return unusable("the credentials are a person's (type " + std::string(type) + ")", kOtherWays);
    return unusable("credentials of the type \"" + printable(type, 40) + "\" are not supported", kOtherWays);
  }

 private:
  Error unusable(std::string_view problem, std::string remedy) const {
    return client_.unusable(step_, problem, std::move(remedy));
  }
  Error missing(std::string_view member) const {
    return unusable("the credentials have no \"" + std::string(member) + "\"",
                    "Give the file that Google's console or gcloud has written, as it is.");
  }
  std::string text(const char* name) const { return std::string(text_at(json_, name)); }

  Result<GoogleCredentials> service_account() const {
    for (const char* const name : {"client_email", "private_key_id", "private_key"}) {
      if (text_at(json_, name).empty()) return missing(name);
    }
    ServiceAccountKey key{text("client_email"), text("private_key_id"), Secret(text_at(json_, "private_key"))};
    client_.keep_out(key.private_key);
    return GoogleCredentials(std::move(key));
  }

  Result<GoogleCredentials> external_account() const {
    for (const char* const name : {"audience", "subject_token_type", "token_url"}) {
      if (text_at(json_, name).empty()) return missing(name);
    }
    if (find_member(json_, "workforce_pool_user_project") != nullptr)
      return unusable("the credentials are of a workforce pool, which is for people", kOtherWays);
    ExternalAccount account;
    account.audience = text("audience");
    account.subject_token_type = text("subject_token_type");
    account.token_url = text("token_url");
    account.impersonation_url = text("service_account_impersonation_url");
    const auto life = life_at(json_, "service_account_impersonation", "token_lifetime_seconds");
    account.impersonated_life = life.count() > 0 ? life : std::chrono::hours(1);
    if (!is_service(account.token_url, "sts", universe_)) return strange("token_url");
    if (!account.impersonation_url.empty() && !is_service(account.impersonation_url, "iamcredentials", universe_))
      return strange("service_account_impersonation_url");
    auto source = subject_token_source();
    if (!source) return std::move(source).error();
    account.source = *std::move(source);
    return GoogleCredentials(std::move(account));
  }

  Error strange(std::string_view member) const {
    return unusable("the \"" + std::string(member) + "\" of the credentials leads to no service of " + universe_ +
                        ", so a token would go to a stranger",
                    "Find out who wrote this file, and make your own: gcloud iam workload-identity-pools "
                    "create-cred-config.");
  }

  Result<SubjectTokenSource> subject_token_source() const {
    const SecretJson* source = find_member(json_, "credential_source");
    if (source == nullptr) return missing("credential_source");
    for (const char* const name : {"environment_id", "executable", "certificate"}) {
      if (find_member(*source, name) == nullptr) continue;
      return unusable("a credential_source with \"" + std::string(name) + "\"" +
                          (name == std::string_view("environment_id") ? " (AWS)" : "") + " is not supported",
                      "Let the workload's OIDC token lie in a file or behind a URL: gcloud iam workload-identity-pools "
                      "create-cred-config --credential-source-file=PATH.");
    }
    SubjectTokenSource out;
    out.file = text_at(*source, "file");
    out.url = text_at(*source, "url");
    if (out.file.empty() == out.url.empty()) return missing("credential_source.file\" or \"credential_source.url");
    if (text_at(*source, "format", "type") == "json") {
      out.field_name = text_at(*source, "format", "subject_token_field_name");
      if (out.field_name.empty()) return missing("credential_source.format.subject_token_field_name");
    }
    take_headers(*source, out);
    return out;
  }

  void take_headers(const SecretJson& source, SubjectTokenSource& out) const {
    const SecretJson* headers = find_member(source, "headers");
    if (headers == nullptr) return;
    for (const auto& [name, value] : headers->members()) {
      if (value.kind() == SecretJson::Kind::kText)
        out.headers.push_back({lower_case(name.expose()), Secret(value.text())});
    }
  }

  static std::string lower_case(std::string_view name) {
    std::string out(name);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    return out;
  }

  const SecretJson& json_;
  std::string universe_;
  VaultClient& client_;
  const VaultStep& step_;
};

}  // namespace

Result<GoogleCredentials> google_credentials_in(std::string_view json, std::string_view universe, VaultClient& client,
                                                const VaultStep& step) {
  const SecretJson parsed = parse_secret_json(json);
  return CredentialFile(parsed, universe, client, step).credentials();
}

}  // namespace easypost_connect::internal
