// SPDX-License-Identifier: Apache-2.0
#include "credentials/show.hpp"

#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "certificate_text.hpp"
#include "commands.hpp"
#include "credentials/found_fields.hpp"
#include "error_text.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {
namespace {

using Now = std::chrono::system_clock::time_point;

constexpr const char* kNames[] = {"client_cert", "client_pkcs12", "client_key",   "client_key_passphrase",
                                  "api_key",     "client_id",     "client_secret"};

/// Facts tell of certificate and key, each only if it was found.
struct Facts {
  std::optional<Result<CertificateFacts>> certificate;
  std::optional<Result<PrivateKeyFacts>> key;

  [[nodiscard]] const Error* error() const noexcept {
    if (certificate && !*certificate) return &certificate->error();
    return key && !*key ? &key->error() : nullptr;
  }
};

Facts facts_of(const FoundCredentials& found) {
  Facts facts;
  const bool has_pkcs12 = found.field("client_pkcs12") != nullptr;
  const bool has_key = has_pkcs12 || found.field("client_key") != nullptr;
  if (!has_pkcs12 && found.field("client_cert") == nullptr) return facts;
  if (has_key) facts.key = private_key_facts(found.certificate);
  auto certificates = certificate_facts(found.certificate);
  const std::size_t leaf = facts.key && *facts.key ? (*facts.key)->certificate.value_or(0) : 0;
  facts.certificate = certificates ? Result<CertificateFacts>(certificates->at(leaf)) : certificates.error();
  return facts;
}

bool is_certificate(std::string_view name) { return name == "client_cert" || name == "client_pkcs12"; }
bool is_key(std::string_view name) { return name == "client_key" || name == "client_pkcs12"; }

void print(const Terminal& terminal, const CertificateFacts& facts, Now now) {
  std::cout << labelled(terminal, "subject", facts.subject) << labelled(terminal, "issuer", facts.issuer)
            << labelled(terminal, "valid", validity(facts, now)) << labelled(terminal, "SHA-256", facts.sha256);
}

void print(const Terminal& terminal, const PrivateKeyFacts& key) {
  std::cout << labelled(terminal, "key", to_text(static_cast<const KeyFacts&>(key)))
            << labelled(terminal, "belongs", key.certificate ? "to the certificate" : "not to the certificate");
}

void print(const Terminal& terminal, const FoundField& field, const Facts& facts, Now now) {
  std::cout << labelled(terminal, "from", field.place);
  if (!field.version.empty()) std::cout << labelled(terminal, "version", field.version);
  const bool has_certificate = is_certificate(field.name) && facts.certificate && *facts.certificate;
  const bool has_key = is_key(field.name) && facts.key && *facts.key;
  if (has_certificate) print(terminal, **facts.certificate, now);
  if (has_key) print(terminal, **facts.key);
  if (has_certificate || has_key) return;
  const bool unusable = is_certificate(field.name) || is_key(field.name);
  std::cout << labelled(terminal, "value", unusable ? "set, and cannot be used" : "set");
}

/// Lists each vault with its login once.
std::vector<std::string> logins_in(const internal::VaultLook& look) {
  std::vector<std::string> logins;
  for (const auto& secret : look.secrets) {
    std::string login = secret.vault + (secret.login.empty() ? "" : ", login by " + secret.login);
    if (!secret.vault.empty() && (logins.empty() || logins.back() != login)) logins.push_back(std::move(login));
  }
  return logins;
}

void print(const FoundCredentials& found, const CredentialLook& look, const Facts& facts, Now now) {
  const Terminal terminal = Terminal::of(STDOUT_FILENO);
  for (const char* name : kNames) {
    const FoundField* field = found.field(name);
    if (field == nullptr) continue;
    std::cout << terminal.paint(Colour::kBold, name) << '\n';
    print(terminal, *field, facts, now);
  }
  if (!look.vault) return;
  std::cout << terminal.paint(Colour::kBold, "vault") << '\n';
  for (const std::string& login : logins_in(*look.vault)) std::cout << labelled(terminal, "asked", login);
  if (!look.look_again_after) return;
  const auto after = *look.look_again_after;
  std::cout << labelled(terminal, "next look",
                        to_iso8601(now + after) + ", in " + std::to_string(after.count()) + " s");
}

nlohmann::ordered_json to_json(const FoundField& field, const Facts& facts, Now now) {
  nlohmann::ordered_json json{{"name", field.name}, {"place", field.place}};
  if (!field.version.empty()) json["version"] = field.version;
  if (is_certificate(field.name) && facts.certificate && *facts.certificate)
    json["certificate"] = tool::to_json(**facts.certificate, now);
  if (is_key(field.name) && facts.key && *facts.key) {
    json["key"] = tool::to_json(**facts.key);
    json["key"].erase("certificate");  // an index, and there is one certificate here
    json["key"]["fits"] = (*facts.key)->certificate.has_value();
  }
  return json;
}

void print_json(const FoundCredentials& found, const CredentialLook& look, const Facts& facts, Now now) {
  auto fields = nlohmann::ordered_json::array();
  for (const char* name : kNames) {
    if (const FoundField* field = found.field(name)) fields.push_back(to_json(*field, facts, now));
  }
  nlohmann::ordered_json report{{"fields", std::move(fields)}, {"vaults", nlohmann::ordered_json::array()}};
  if (look.vault) report["vaults"] = logins_in(*look.vault);
  if (look.look_again_after) {
    report["look_again_after_s"] = look.look_again_after->count();
    report["look_again_at"] = to_iso8601(now + *look.look_again_after);
  }
  std::cout << tool::to_text(report);
}

}  // namespace

int show_credentials(const CredentialLook& look, bool json) {
  const auto found = found_in(look);
  if (!found) return fail(found.error());
  if (found->fields.empty()) return fail(nothing_given());
  const Now now = std::chrono::system_clock::now();
  const Facts facts = facts_of(*found);
  json ? print_json(*found, look, facts, now) : print(*found, look, facts, now);
  return facts.error() == nullptr ? kSuccess : fail(*facts.error());
}

}  // namespace easypost_connect::tool
