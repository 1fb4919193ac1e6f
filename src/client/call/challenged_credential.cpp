// SPDX-License-Identifier: Apache-2.0
#include "call/gateway_answers.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "core/answer_fields.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kTokenSchemes[] = {"*Bearer*",       "*OAuth*", "*JWT*", "*Token",
                                              "OpenIDConnect*", "DPoP",    "PoP"};
constexpr std::string_view kTokenErrors[] = {"invalid_token", "invalid token", "insufficient_scope"};
constexpr std::string_view kKeySchemes[] = {"Key",           "* Key",         "KeyAuth*",         "Key-Auth*",
                                            "*AppKey",       "*App-Key",      "*SubscriptionKey", "*ManagementKey",
                                            "*DeveloperKey", "*Developer-Key"};
constexpr std::string_view kKeyNames[] = {"api key", "api_key",          "apikey",
                                          "api-key", "subscription key", "subscription-key"};
constexpr std::string_view kCertificateSchemes[] = {"*certificate*", "*client-cert*", "*clientcert*", "*-cert",
                                                    "*mutual*",      "*mtls*",        "*x509*",       "*x.509*"};
constexpr std::string_view kCertificateParameters[] = {"*client certificate*",
                                                       "*client-certificate*",
                                                       "*client_certificate*",
                                                       "*clientcert*",
                                                       "*mutual ssl*",
                                                       "*mutual tls*",
                                                       "*mtls*",
                                                       "*x509*",
                                                       "*x.509*"};

/// A sentence about the caller's key may have one of these words before the key.
constexpr std::string_view kBeforeKey[] = {"a",        "an",        "the",       "this",        "that",     "your",
                                           "no",       "x",         "valid",     "invalid",     "missing",  "unknown",
                                           "wrong",    "bad",       "incorrect", "expired",     "revoked",  "disabled",
                                           "inactive", "blocked",   "required",  "provide",     "provided", "given",
                                           "supplied", "specified", "use",       "unauthorized"};

template <std::size_t kCount>
bool is_one_of(const std::string_view (&patterns)[kCount], std::string_view text) noexcept {
  return std::any_of(std::begin(patterns), std::end(patterns),
                     [text](std::string_view pattern) { return fits(text, pattern); });
}

/// Some servers write an error of RFC 6750 under a scheme that is not in it.
bool is_of_token(const AuthChallenge& challenge) noexcept {
  if (is_one_of(kTokenSchemes, challenge.scheme) || is_one_of(kTokenErrors, challenge.parameter("error"))) return true;
  return challenge.scheme.empty() && !challenge.parameter("error").empty();
}

bool is_of_key(const AuthChallenge& challenge) noexcept {
  if (is_one_of(kKeySchemes, challenge.words) || names_key(challenge.words)) return true;
  return std::any_of(challenge.parameters.begin(), challenge.parameters.end(),
                     [](const AuthParameter& one) { return names_key(one.value); });
}

bool is_of_certificate(const AuthChallenge& challenge) noexcept {
  if (is_one_of(kCertificateSchemes, challenge.words)) return true;
  return std::any_of(challenge.parameters.begin(), challenge.parameters.end(), [](const AuthParameter& one) {
    return is_one_of(kCertificateParameters, one.name) || is_one_of(kCertificateParameters, one.value);
  });
}

bool is_letter(char c) noexcept { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// The word that ends where the key begins; empty at the beginning of a sentence or a clause.
std::string_view word_before(std::string_view text) noexcept {
  if (!text.empty() && (text.back() == ' ' || text.back() == '-' || text.back() == '_')) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && is_letter(text[begin - 1])) --begin;
  return text.substr(begin);
}

bool is_key_of_the_caller(std::string_view before, std::string_view behind) noexcept {
  const std::string_view word = word_before(before);
  return (word.empty() || is_one_of(kBeforeKey, word)) && !fits(behind, " of *");
}

}  // namespace

Challenged challenged_credential(const AuthChallenge& challenge) {
  if (is_of_token(challenge)) return Challenged::kToken;
  if (is_of_key(challenge)) return Challenged::kKey;
  return is_of_certificate(challenge) ? Challenged::kCertificate : Challenged::kOther;
}

bool names_key(std::string_view text) noexcept {
  return std::any_of(std::begin(kKeyNames), std::end(kKeyNames),
                     [text](std::string_view name) { return contains_ignoring_case(text, name); });
}

bool is_about_key(std::string_view text) noexcept {
  if (text.find(' ') == std::string_view::npos) return names_key(text);
  for (const std::string_view name : kKeyNames) {
    for (std::size_t at = 0; at + name.size() <= text.size(); ++at) {
      if (!equals_ignoring_case(text.substr(at, name.size()), name)) continue;
      if (is_key_of_the_caller(text.substr(0, at), text.substr(at + name.size()))) return true;
    }
  }
  return false;
}

}  // namespace easypost_connect::internal
