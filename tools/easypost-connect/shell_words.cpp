// SPDX-License-Identifier: Apache-2.0
#include "shell_words.hpp"

#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace easypost_connect::tool {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

/// Names that the library gives in C++, or by half.
constexpr Replacement kCode[] = {
    {"SigningRequestFiles::replace, ", ""},
    {", _CLIENT_SECRET", ", EASYPOST_CONNECT_CLIENT_SECRET"},
    {"Error::response", "easypost-connect call shows it"},
    {"oauth_client.authentication", "oauth_client.authentication, which only code can set"},
    {"oauth_client.scope", "oauth_client.scope, which only code can set"},
    {"oauth_client.present_client_certificate", "oauth_client.present_client_certificate, which only code can set"},
    {", VaultOptions::aws.region or region=", " or region="},
    {", or VaultOptions::aws.region", ""},
    {", or VaultOptions::aws.keys", ""},
    {", or VaultOptions::azure.login", ""},
    {", or VaultOptions::azure.tenant_id", ""},
    {", or VaultOptions::azure.client_id", ""},
    {", or VaultOptions::hashicorp.address", ""},
    {", or VaultOptions::hashicorp.login to AppRoleLogin, JwtLogin or CertificateLogin", ""},
    {", or say in VaultOptions::fields how they are called", ""},
    {"VaultOptions::azure.vault_suffix", "VaultOptions::azure.vault_suffix, which only code can set,"},
    {"VaultOptions::google.universe_domain", "VaultOptions::google.universe_domain, which only code can set"},
};

/// Keyed by variable, and as process-wide as the variables themselves.
std::vector<Replacement>& flags() {
  static std::vector<Replacement> all;
  return all;
}

/// EASYPOST_CONNECT_CLIENT_KEY is no part of EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE.
bool ends_a_name(const std::string& text, std::size_t end) {
  return end >= text.size() || (text[end] != '_' && std::isalnum(static_cast<unsigned char>(text[end])) == 0);
}

void replace_names(std::string& text, const Replacement& replacement) {
  const auto& [from, to] = replacement;
  const bool is_name = from.back() != ' ';
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    if (is_name && !ends_a_name(text, at + from.size())) {
      at += from.size();
      continue;
    }
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

}  // namespace

void set_by_flag(const char* variable, const char* flag, const char* value) {
  ::setenv(variable, value, /*overwrite=*/1);
  note_flag(variable, flag);
}

void note_flag(const char* variable, const char* flag) { flags().emplace_back(variable, flag); }

std::string name_at_the_shell(const char* variable) {
  std::string name = variable;
  for (const Replacement& replacement : flags()) {
    if (replacement.first == variable) name = replacement.second;
  }
  return name;
}

Error in_shell_words(Error error) {
  for (std::string* text : {&error.message, &error.remedy}) {
    for (const Replacement& replacement : kCode) replace_names(*text, replacement);
    for (const Replacement& replacement : flags()) replace_names(*text, replacement);
  }
  return error;
}

}  // namespace easypost_connect::tool
