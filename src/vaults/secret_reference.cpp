// SPDX-License-Identifier: Apache-2.0
#include "vaults/secret_reference.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/environment.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::array<std::string_view, 7> kSchemes{"vault", "vault-pki", "aws-sm", "azure-kv", "gcp-sm", "file", "env"};
constexpr const char* kRemedy =
    "Write vault://[mount/]path, vault-pki://mount/role?cn=name, aws-sm://name, azure-kv://vault/secret, "
    "gcp-sm://project/secret, file:/path or "
    "env:NAME.";

Error unreadable(std::string message) {
  return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource, std::move(message), kRemedy);
}

int digit_of(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Undoes percent-encoding. Empty: there is a '%' without two digits, or what is decoded is a control character.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (has_control_character(out)) return std::nullopt;
  return out;
}

/// Cuts `text` at the first `mark`, and returns what is behind it.
std::string_view cut_behind(std::string_view& text, char mark) noexcept {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

bool add_parameters(std::string_view query, std::vector<QueryParameter>& parameters) {
  while (!query.empty()) {
    std::string_view one = query;
    query = cut_behind(one, '&');
    const std::string_view value = cut_behind(one, '=');
    auto name_text = decoded(one);
    auto value_text = decoded(value);
    if (!name_text || !value_text) return false;
    parameters.push_back({*std::move(name_text), *std::move(value_text)});
  }
  return true;
}

std::string_view scheme_of(std::string_view text) noexcept {
  const auto colon = text.find(':');
  return colon != std::string_view::npos ? text.substr(0, colon) : std::string_view();
}

/// The https URL of a secret is how Azure itself names it.
bool is_azure_url(std::string_view text) noexcept {
  return equals_ignoring_case(scheme_of(text), "https") && contains_ignoring_case(text, "/secrets/");
}

}  // namespace

std::string_view SecretReference::parameter(std::string_view name) const noexcept {
  for (const QueryParameter& one : query) {
    if (one.name == name) return one.value;
  }
  return {};
}

Result<void> SecretReference::check_parameters(std::initializer_list<std::string_view> known) const {
  for (const QueryParameter& one : query) {
    if (std::find(known.begin(), known.end(), one.name) != known.end()) continue;
    std::string names;
    for (const std::string_view name : known) names.append(names.empty() ? "" : ", ").append(name);
    return bad_reference(
        *this, "has the parameter \"" + printable(one.name, 40) + "\", which is unknown.",
        names.empty() ? "Leave it out." : "Known are: " + names + ". Secrets never stand in an address.");
  }
  return {};
}

Error bad_reference(const SecretReference& reference, std::string problem, std::string remedy) {
  return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                    "The reference \"" + printable(reference.text, 200) + "\" " + std::move(problem),
                    std::move(remedy));
}

Error with_name(std::string_view holder, Error error) {
  error.message = std::string(holder) + ": " + error.message;
  return error;
}

bool is_reference(std::string_view text) noexcept {
  const std::string_view scheme = scheme_of(text);
  return is_azure_url(text) || std::any_of(kSchemes.begin(), kSchemes.end(),
                                           [&](std::string_view known) { return equals_ignoring_case(known, scheme); });
}

Result<SecretReference> parse_reference(std::string_view text) {
  if (text.empty()) return unreadable("The reference to a secret is empty.");
  if (text.size() > 4096 || has_control_character(text))
    return unreadable(
        "The reference to a secret is not an address: it is longer than 4096 characters, or holds a line "
        "break.");
  if (!is_reference(text)) {
    const std::string scheme = printable(scheme_of(text), 20);
    return unreadable("The reference to a secret begins with none of the known schemes" +
                      (scheme.empty() ? "." : ", but with \"" + scheme + ":\"."));
  }
  SecretReference reference;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  const std::string_view scheme = scheme_of(text);
  std::transform(scheme.begin(), scheme.end(), std::back_inserter(reference.scheme), lower);
  std::string_view rest = text;
  std::string_view field = cut_behind(rest, '#');
  if (!field.empty() && field.front() == '/') field.remove_prefix(1);  // vals writes #/field
  reference.text = rest;
  const std::string_view query = cut_behind(rest, '?');
  rest.remove_prefix(scheme.size() + 1);
  if (rest.substr(0, 2) == "//") rest.remove_prefix(2);
  if (is_azure_url(text)) reference.scheme = "azure-kv";
  auto path = decoded(rest);
  auto name = decoded(field);
  if (!path || !name || !add_parameters(query, reference.query))
    return unreadable("The reference to a secret has a '%' that two hexadecimal digits do not follow.");
  reference.path = *std::move(path);
  reference.field = *std::move(name);
  if (reference.path.empty()) return unreadable("The reference \"" + reference.scheme + ":\" names no secret.");
  if (reference.path.find('@') != std::string::npos && reference.scheme != "file")
    return unreadable("The reference to a secret holds a '@': user and password never stand in an address.");
  return reference;
}

}  // namespace easypost_connect::internal
