// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "identity/material.hpp"
#include "identity/pkcs11_ways.hpp"
#include "identity/private_key.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kModule = "PKCS#11 module";  // the reasons are the return values of PKCS #11, section 6.1
constexpr std::string_view kEngine = "pkcs11 engine";
constexpr std::string_view kLoader = "libp11";
constexpr std::string_view kProvider = "pkcs11";  // tells the return values of the module, too

constexpr const char* kNoReason = "no reason given";

constexpr Pkcs11Refusal kRefusedPin{
    "is in a PKCS #11 token that refused the PIN",
    "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE); a token locks itself after a few "
    "wrong PINs."};

struct KnownAnswer {
  std::string_view library;
  int reason;
  Pkcs11Refusal refusal;
};

constexpr KnownAnswer kKnownAnswers[] = {
    {kModule, 0xa0, kRefusedPin},
    {kModule, 0xa1, kRefusedPin},
    {kModule, 0xa2, kRefusedPin},
    {kModule,
     0xa3,
     {"is in a PKCS #11 token whose PIN has expired",
      "Set a new PIN in the token, and client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE) to it."}},
    {kModule, 0xa4, {"is in a PKCS #11 token that has locked its PIN", "Have the token's security officer unlock it."}},
    {kLoader, 0x401, kNoModule},
    {kEngine, 0x64, kUnreadableUri},
    {kEngine, 0x65, kNoKey},
};

/// Tells faults of the token or the session from those of the key and what it may do: PKCS #11, section 6.1.
bool is_about_token(const Pkcs11Answer& answer) {
  constexpr std::array kReasons{0x03, 0x05, 0x30, 0x32, 0x60, 0x82, 0xb0, 0xb3, 0xe0, 0x101, 0x190};
  return answer.is_of_module() && std::find(kReasons.begin(), kReasons.end(), answer.reason) != kReasons.end();
}

/// Tells a key that does its hashing itself (RFC 8032), and is signed with under no other digest.
bool hashes_itself(EVP_PKEY* key) {
  constexpr int kMandatory = 2;
  std::array<char, 32> digest{};
  return EVP_PKEY_get_default_digest_name(key, digest.data(), digest.size()) == kMandatory &&
         std::string_view(digest.data()) == "UNDEF";
}

/// Sets what is for RSA alone; the salt of PSS is as long as the digest (RFC 8446, section 4.2.3).
bool set_padding(EVP_PKEY_CTX* parameters, int padding) {
  return EVP_PKEY_CTX_set_rsa_padding(parameters, padding) == 1 &&
         (padding != RSA_PKCS1_PSS_PADDING ||
          EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/// `padding` is for RSA alone.
bool signs(EVP_PKEY* key, std::optional<int> padding) {
  const DigestContextPtr context(made(EVP_MD_CTX_new()));
  constexpr unsigned char kText[] = "easypost_connect";
  std::vector<unsigned char> signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = signature.size();
  EVP_PKEY_CTX* parameters = nullptr;
  const EVP_MD* const digest = hashes_itself(key) ? nullptr : EVP_sha256();
  return EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, key) == 1 &&
         (!padding || set_padding(parameters, *padding)) &&
         EVP_DigestSign(context.get(), signature.data(), &size, kText, sizeof kText) == 1;
}

/// TLS 1.3 has RSA keys sign with PSS (RFC 8446, section 4.2.3), and TLS 1.2 in both ways.
bool signs_as_tls_does(EVP_PKEY* key) {
  const int type = EVP_PKEY_get_base_id(key);
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_RSA_PSS) return signs(key, std::nullopt);
  return signs(key, RSA_PKCS1_PADDING) || signs(key, RSA_PKCS1_PSS_PADDING);
}

}  // namespace

bool Pkcs11Answer::is_of_module() const { return library == kModule || library == kProvider; }

Error pkcs11_error(const Pkcs11Refusal& refusal) {
  return material_error(kPrivateKeyField, refusal.problem, refusal.remedy);
}

Error unusable_token(const std::string& words) {
  return material_error(kPrivateKeyField, "is in a PKCS #11 token that cannot be used now (" + words + ")",
                        kTokenRemedy);
}

std::vector<Pkcs11Answer> take_pkcs11_answers() {
  std::vector<Pkcs11Answer> answers;
  for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error()) {
    const char* const library = ERR_lib_error_string(error);
    const char* const words = ERR_reason_error_string(error);
    answers.push_back({library != nullptr ? library : "", ERR_GET_REASON(error),
                       words != nullptr ? words : "reason " + std::to_string(ERR_GET_REASON(error))});
  }
  return answers;
}

const Pkcs11Refusal* known_refusal(const std::vector<Pkcs11Answer>& answers) {
  const auto is_told = [&](const KnownAnswer& each) {
    return std::any_of(answers.begin(), answers.end(), [&](const Pkcs11Answer& answer) {
      const bool same_library = each.library == kModule ? answer.is_of_module() : answer.library == each.library;
      return same_library && answer.reason == each.reason;
    });
  };
  const auto* const found = std::find_if(std::begin(kKnownAnswers), std::end(kKnownAnswers), is_told);
  return found != std::end(kKnownAnswers) ? &found->refusal : nullptr;
}

std::string gist_of(const std::vector<Pkcs11Answer>& answers) {
  const auto found = std::find_if(answers.begin(), answers.end(), std::mem_fn(&Pkcs11Answer::is_of_module));
  if (found != answers.end()) return found->words;
  return answers.empty() ? kNoReason : answers.front().words;
}

std::optional<std::string> why_gone(EVP_PKEY* key) {
  ERR_clear_error();
  if (signs_as_tls_does(key)) return std::nullopt;
  const auto answers = take_pkcs11_answers();
  const auto found = std::find_if(answers.begin(), answers.end(), is_about_token);
  if (found != answers.end()) return found->words;
  const bool module_spoke = std::any_of(answers.begin(), answers.end(), std::mem_fn(&Pkcs11Answer::is_of_module));
  return module_spoke ? std::nullopt : std::optional<std::string>(kNoReason);
}

}  // namespace easypost_connect::internal
