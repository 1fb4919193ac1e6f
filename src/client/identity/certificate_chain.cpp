// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"

#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "identity/certificate_checks.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

using Certificates = std::vector<CertificatePtr>;

/// The key a certificate was issued for is the only one it works with; servers report a mix-up as a vague handshake
/// failure.
bool belong_together(const CertificatePtr& certificate, const KeyPtr& key) noexcept {
  return X509_check_private_key(certificate.get(), key.get()) == 1;
}

bool signed_itself(const CertificatePtr& certificate) noexcept { return X509_self_signed(certificate.get(), 1) == 1; }

bool is_valid(const CertificatePtr& certificate, WallTime now) {
  return !is_over(certificate.get(), now) && !is_yet_to_come(certificate.get(), now);
}

bool same_issuer(const CertificatePtr& one, const CertificatePtr& other) noexcept {
  return X509_NAME_cmp(X509_get_issuer_name(one.get()), X509_get_issuer_name(other.get())) == 0;
}

bool same_name(const CertificatePtr& one, const CertificatePtr& other) noexcept {
  return X509_NAME_cmp(X509_get_subject_name(one.get()), X509_get_subject_name(other.get())) == 0;
}

bool same_key(const CertificatePtr& one, const CertificatePtr& other) noexcept {
  return EVP_PKEY_eq(X509_get0_pubkey(one.get()), X509_get0_pubkey(other.get())) == 1;
}

bool ends_later(const CertificatePtr& one, const CertificatePtr& other) noexcept {
  return ASN1_TIME_compare(X509_get0_notAfter(one.get()), X509_get0_notAfter(other.get())) > 0;
}

/// An authority may have had several keys under one name, so the signature decides, unless it is of an unknown kind.
bool issued(const CertificatePtr& issuer, const CertificatePtr& subject) noexcept {
  if (X509_check_issued(issuer.get(), subject.get()) != X509_V_OK) return false;
  return X509_verify(subject.get(), X509_get0_pubkey(issuer.get())) == 1 ||
         X509_get_signature_info(subject.get(), nullptr, nullptr, nullptr, nullptr) != 1;
}

void drop_repetitions(Certificates& certificates) {
  auto end = certificates.end();
  for (auto one = certificates.begin(); one != end; ++one) {
    end = std::remove_if(std::next(one), end,
                         [one](const auto& other) { return X509_cmp(one->get(), other.get()) == 0; });
  }
  certificates.erase(end, certificates.end());
}

/// Returns whether this certificate of the key is the one to show, rather than the other.
bool better_own(const CertificatePtr& one, const CertificatePtr& other, WallTime now) {
  const auto merits = [now](const CertificatePtr& each) {
    return std::tuple(check_purpose(each.get()).has_value(), is_taken_by_tls(each.get(), /*own=*/true),
                      !signed_itself(each), is_valid(each, now));
  };
  const auto of_one = merits(one);
  const auto of_other = merits(other);
  return of_one != of_other ? of_one > of_other : ends_later(one, other);
}

bool better_issuer(const CertificatePtr& one, const CertificatePtr& other, WallTime now) {
  const auto merits = [now](const CertificatePtr& each) {
    const bool is_fit = is_taken_by_tls(each.get(), /*own=*/false) && X509_check_ca(each.get()) != 0;
    return std::tuple(is_fit, is_valid(each, now), !signed_itself(each));
  };
  const auto of_one = merits(one);
  const auto of_other = merits(other);
  return of_one != of_other ? of_one > of_other : same_issuer(one, other) && ends_later(one, other);
}

/// Moves the best of those that qualify out of `rest`; null: none does.
template <typename Qualifies, typename Better>
CertificatePtr take_best(Certificates& rest, const Qualifies& qualifies, const Better& better) {
  auto best = rest.end();
  for (auto each = rest.begin(); each != rest.end(); ++each) {
    if (qualifies(*each) && (best == rest.end() || better(*each, *best))) best = each;
  }
  if (best == rest.end()) return nullptr;
  CertificatePtr taken = std::move(*best);
  rest.erase(best);
  return taken;
}

const CertificatePtr* twin_in(const Certificates& chain, const CertificatePtr& certificate) {
  const auto found = std::find_if(chain.begin(), chain.end(), [&](const auto& each) {
    return same_key(each, certificate) && (&each == &chain.front() || same_name(each, certificate));
  });
  return found != chain.end() ? &*found : nullptr;
}

/// Moves the chain of chain.front() out of `rest`, link by link, up to a root. Two authorities that have signed each
/// other do not make it endless, because a twin of what is there already is no link.
void follow_issuers(Certificates& chain, Certificates& rest, WallTime now) {
  while (!signed_itself(chain.back())) {
    CertificatePtr next = take_best(
        rest, [&chain](const auto& other) { return issued(other, chain.back()) && twin_in(chain, other) == nullptr; },
        [now](const auto& one, const auto& other) { return better_issuer(one, other, now); });
    if (!next) return;
    chain.push_back(std::move(next));
  }
}

std::string subject_of(const CertificatePtr& certificate) {
  return '"' + to_text(X509_get_subject_name(certificate.get())) + '"';
}

/// Writes a certificate for a message: "CN=inter" by "CN=root" until 2026-11-23 09:00:00 UTC.
std::string full_name_of(const CertificatePtr& certificate) {
  return subject_of(certificate) + " by \"" + to_text(X509_get_issuer_name(certificate.get())) + "\" until " +
         to_text(X509_get0_notAfter(certificate.get()));
}

CredentialWarning warning_of_twin(const CertificatePtr& sent, const CertificatePtr& twin) {
  return {"client_certificate.certificate holds two certificates of one key: " + full_name_of(sent) +
              " is the one to use, and " + full_name_of(twin) + " is left out.",
          "Remove the one that is left out. If it is the one that the server needs, remove the other."};
}

/// A key store may hold all authorities of the world.
std::string names_of(const Certificates& certificates) {
  constexpr std::size_t kMostNames = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(certificates.size(), kMostNames); ++i) {
    names.append(i == 0 ? "" : ", ").append(subject_of(certificates[i]));
  }
  if (certificates.size() > kMostNames) {
    names.append(" and ").append(std::to_string(certificates.size() - kMostNames)).append(" more");
  }
  return names;
}

CredentialWarning warning_of_strangers(const CertificatePtr& last, const Certificates& strangers) {
  CredentialWarning warning{
      "client_certificate.certificate holds what is no part of the chain of the private key, and "
      "is not sent: " +
          names_of(strangers) + '.',
      "Remove what does not belong there."};
  if (signed_itself(last)) return warning;
  const std::string issuer = '"' + to_text(X509_get_issuer_name(last.get())) + '"';
  const bool namesake = std::any_of(strangers.begin(), strangers.end(), [&last](const auto& each) {
    return X509_NAME_cmp(X509_get_subject_name(each.get()), X509_get_issuer_name(last.get())) == 0;
  });
  warning.message += namesake ? " The " + issuer + " there is not the one that issued " + subject_of(last) + "."
                              : " The issuer of " + subject_of(last) + ", " + issuer + ", is not there.";
  warning.remedy += " If the server does not know the client's issuer (TLS alert unknown_ca), add the " + issuer +
                    " that issued " + subject_of(last) + ".";
  return warning;
}

/// Warns of what is left when the chain is taken. Nobody needs to hear of roots that are twins of what is sent.
void warn_of_rest(const Certificates& chain, Certificates rest, std::vector<CredentialWarning>& warnings) {
  const auto strangers = std::stable_partition(rest.begin(), rest.end(),
                                               [&chain](const auto& each) { return twin_in(chain, each) != nullptr; });
  for (auto twin = rest.begin(); twin != strangers; ++twin) {
    const CertificatePtr* sent = twin_in(chain, *twin);
    const bool is_root = signed_itself(*twin) && sent != &chain.front();
    if (!is_root) warnings.push_back(warning_of_twin(*sent, *twin));
  }
  rest.erase(rest.begin(), strangers);
  if (!rest.empty()) warnings.push_back(warning_of_strangers(chain.back(), rest));
}

NumberPtr number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  return NumberPtr(number);
}

/// Returns whether the key has the certificate's RSA modulus, but not all of its public key.
bool same_modulus(const CertificatePtr& certificate, const KeyPtr& key) {
  const NumberPtr own = number_of(key.get(), OSSL_PKEY_PARAM_RSA_N);
  const NumberPtr certified = number_of(X509_get0_pubkey(certificate.get()), OSSL_PKEY_PARAM_RSA_N);
  return own && certified && BN_cmp(own.get(), certified.get()) == 0;
}

bool same_type(const CertificatePtr& certificate, const KeyPtr& key) noexcept {
  return EVP_PKEY_get_base_id(X509_get0_pubkey(certificate.get())) == EVP_PKEY_get_base_id(key.get());
}

Error of_same_modulus(const CertificatePtr& certificate, const KeyPtr& key) {
  if (!same_type(certificate, key)) {
    return material_error(kPrivateKeyField,
                          "is the key of the certificate, but one of them calls it RSA and the other RSA-PSS, so that "
                          "TLS cannot use them together",
                          "Give the key in the form in which it was made (PKCS #8 keeps the type, \"BEGIN RSA PRIVATE "
                          "KEY\" does not), or get a new certificate for it.");
  }
  const NumberPtr exponent = number_of(key.get(), OSSL_PKEY_PARAM_RSA_E);
  const bool is_left_out = !exponent || BN_is_zero(exponent.get());
  return material_error(kPrivateKeyField,
                        is_left_out ? "is the RSA key of the certificate, but incomplete: it holds no public exponent "
                                      "(as Java writes an RSAPrivateKeySpec)"
                                    : "has the RSA modulus of the certificate, but another public exponent: it is "
                                      "damaged",
                        "Give the key in the form in which it was made, with all of its numbers; Java writes them all "
                        "from an RSAPrivateCrtKeySpec.");
}

Error of_another_key(const Certificates& certificates, const KeyPtr& key) {
  const auto related = std::find_if(certificates.begin(), certificates.end(),
                                    [&key](const auto& each) { return same_modulus(each, key); });
  if (related != certificates.end()) return of_same_modulus(*related, key);
  return material_error(kPrivateKeyField, "does not belong to the certificate",
                        "Give the key from which the certificate signing request of this certificate was made.");
}

/// Returns whether the certificates of `chain` come in this order in `given`, whatever is between them.
bool in_order(const Certificates& chain, const std::vector<const X509*>& given) {
  auto place = given.begin();
  return std::all_of(chain.begin(), chain.end(), [&](const auto& each) {
    place = std::find(place, given.end(), each.get());
    return place != given.end();
  });
}

}  // namespace

Result<void> order_chain(CertificateAndKey& identity, WallTime now, std::vector<CredentialWarning>& warnings) {
  const ClearErrorsOnExit clear_errors;
  Certificates& rest = identity.certificates;
  drop_repetitions(rest);
  std::vector<const X509*> given;
  given.reserve(rest.size());
  for (const auto& certificate : rest) given.push_back(certificate.get());

  CertificatePtr own = take_best(
      rest, [&identity](const auto& each) { return belong_together(each, identity.key); },
      [now](const auto& one, const auto& other) { return better_own(one, other, now); });
  if (!own) return of_another_key(rest, identity.key);
  Certificates chain;
  chain.push_back(std::move(own));
  follow_issuers(chain, rest, now);
  warn_of_rest(chain, std::move(rest), warnings);
  if (chain.size() > 1 && signed_itself(chain.back())) chain.pop_back();
  if (identity.in_order && !in_order(chain, given)) {
    warnings.push_back({"The certificates in client_certificate.certificate are out of order; they are sent in order.",
                        "Put the client's own certificate first, then its issuer, then the issuer's issuer."});
  }
  identity.certificates = std::move(chain);
  return {};
}

}  // namespace easypost_connect::internal
