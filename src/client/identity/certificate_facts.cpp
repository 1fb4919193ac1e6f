// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_checks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <utility>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <easypost_connect/certificate_facts.hpp>

#include "core/calendar.hpp"
#include "core/encoding.hpp"
#include "core/openssl_handles.hpp"
#include "identity/certificate_and_key.hpp"
#include "identity/encryption.hpp"

namespace easypost_connect::internal {

std::optional<WallTime> to_wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  using std::chrono::system_clock;
  constexpr std::time_t kEarliest = -2'208'988'800;  // 1900-01-01: what is left until now still fits into a duration
  const std::time_t latest = system_clock::to_time_t(WallTime::max());
  return system_clock::from_time_t(std::clamp(seconds_of(parts), kEarliest, latest));
}

std::string to_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable time";
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

bool is_over(const X509* certificate, WallTime now) {
  const auto end = to_wall_time(X509_get0_notAfter(certificate));
  return end && *end < now;
}

bool is_yet_to_come(const X509* certificate, WallTime now) {
  const auto begin = to_wall_time(X509_get0_notBefore(certificate));
  return begin && *begin > now;
}

std::string to_text(const X509_NAME* name) {
  constexpr unsigned long kFormat = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  const BioPtr bio = memory_bio();
  X509_NAME_print_ex(bio.get(), name, 0, kFormat);
  return std::string(written_to(bio));
}

}  // namespace easypost_connect::internal

namespace easypost_connect {
namespace {

using namespace internal;

using PurposesPtr = std::unique_ptr<EXTENDED_KEY_USAGE, OpenSslFree<EXTENDED_KEY_USAGE_free>>;

std::string serial_number(const X509* certificate) {
  const NumberPtr number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  std::string bytes(number ? static_cast<std::size_t>(BN_num_bytes(number.get())) : 0, '\0');
  if (number) BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return to_hex(bytes);
}

std::string sha256_of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

KeyFacts facts_of(const EVP_PKEY* key) {
  if (key == nullptr) return {"unknown", 0};
  const int bits = EVP_PKEY_get_bits(key);
  // A key in a token has no name of a type.
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return {"RSA", bits};
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) return {"EC", bits};
  const char* type = EVP_PKEY_get0_type_name(key);
  return {type != nullptr ? type : "unknown", bits};
}

std::vector<std::string> purposes_of(const X509* certificate) {
  std::vector<std::string> names;
  const PurposesPtr purposes(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; purposes && i < sk_ASN1_OBJECT_num(purposes.get()); ++i) {
    const ASN1_OBJECT* purpose = sk_ASN1_OBJECT_value(purposes.get(), i);
    char number[80] = {};
    OBJ_obj2txt(number, sizeof number, purpose, /*no_name=*/1);
    const int nid = OBJ_obj2nid(purpose);
    names.emplace_back(nid == NID_undef ? number : OBJ_nid2sn(nid));
  }
  return names;
}

std::vector<std::string> key_usages_of(X509* certificate) {
  constexpr std::pair<std::uint32_t, const char*> kUsages[] = {{KU_DIGITAL_SIGNATURE, "digitalSignature"},
                                                               {KU_NON_REPUDIATION, "nonRepudiation"},
                                                               {KU_KEY_ENCIPHERMENT, "keyEncipherment"},
                                                               {KU_DATA_ENCIPHERMENT, "dataEncipherment"},
                                                               {KU_KEY_AGREEMENT, "keyAgreement"},
                                                               {KU_KEY_CERT_SIGN, "keyCertSign"},
                                                               {KU_CRL_SIGN, "cRLSign"},
                                                               {KU_ENCIPHER_ONLY, "encipherOnly"},
                                                               {KU_DECIPHER_ONLY, "decipherOnly"}};
  std::vector<std::string> names;
  if ((X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) == 0) return names;
  for (const auto& [usage, name] : kUsages) {
    if ((X509_get_key_usage(certificate) & usage) != 0) names.emplace_back(name);
  }
  return names;
}

CertificateFacts facts_of(X509* certificate) {
  const ClearErrorsOnExit clear_errors;
  CertificateFacts facts;
  facts.subject = to_text(X509_get_subject_name(certificate));
  facts.issuer = to_text(X509_get_issuer_name(certificate));
  facts.serial_number = serial_number(certificate);
  facts.not_before = to_wall_time(X509_get0_notBefore(certificate)).value_or(WallTime());
  facts.not_after = to_wall_time(X509_get0_notAfter(certificate)).value_or(WallTime());
  const std::string digest = sha256_of(certificate);
  facts.sha256 = to_hex(digest);
  facts.x5t_s256 = base64url_encode(digest);
  facts.public_key = facts_of(X509_get0_pubkey(certificate));
  facts.purposes = purposes_of(certificate);
  facts.key_usages = key_usages_of(certificate);
  facts.may_be_client = X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, /*ca=*/0) == 1;
  return facts;
}

/// Loads the certificates without a look at the private key, unless the format has both in one.
Result<std::vector<CertificatePtr>> load_certificates_only(const ClientCertificate& given) {
  if (auto checked = check_algorithms(); !checked) return std::move(checked).error();
  const MaterialField field = kCertificateField.of(given.certificate);
  const auto content = read_material(given.certificate, kCertificateField);
  if (!content) return content.error();
  const auto pieces = pieces_of(*content, field);
  if (!pieces) return pieces.error();
  if (!is_pkcs12(*pieces)) return certificates_in(*pieces, field);
  auto both = parse_pkcs12(pieces->front().der, given.passphrase, field);
  if (!both) return std::move(both).error();
  return std::move(both->certificates);
}

Result<void> read_files(ClientCertificate& certificate) {
  TlsMaterial no_trust;
  ReadingRules rules;
  rules.pipes = true;
  return internal::read_files(certificate, no_trust, rules);
}

std::optional<std::size_t> place_of(const EVP_PKEY* key, const std::vector<CertificatePtr>& certificates) {
  const ClearErrorsOnExit clear_errors;
  const auto found = std::find_if(certificates.begin(), certificates.end(), [key](const CertificatePtr& each) {
    return X509_check_private_key(each.get(), key) == 1;
  });
  if (found == certificates.end()) return std::nullopt;
  return static_cast<std::size_t>(found - certificates.begin());
}

}  // namespace

Result<std::vector<CertificateFacts>> certificate_facts(const ClientCertificate& certificate) {
  ClientCertificate alone{certificate.certificate, {}, certificate.passphrase};
  if (auto read = read_files(alone); !read) return std::move(read).error();
  const auto certificates = load_certificates_only(alone);
  if (!certificates) return certificates.error();
  std::vector<CertificateFacts> facts;
  facts.reserve(certificates->size());
  for (const auto& each : *certificates) facts.push_back(facts_of(each.get()));
  return facts;
}

Result<PrivateKeyFacts> private_key_facts(const ClientCertificate& certificate) {
  ClientCertificate whole = certificate;
  if (auto read = read_files(whole); !read) return std::move(read).error();
  const auto loaded = load_certificate_and_key(whole);
  if (!loaded) return loaded.error();
  PrivateKeyFacts facts;
  static_cast<KeyFacts&>(facts) = facts_of(loaded->key.get());
  facts.in_token = !whole.private_key.uri().empty();
  // A token is not asked without its PIN: it counts wrong ones.
  if (!facts.in_token && !whole.passphrase.empty()) {
    facts.encrypted = !load_certificate_and_key({whole.certificate, whole.private_key, {}});
  }
  facts.certificate = place_of(loaded->key.get(), loaded->certificates);
  return facts;
}

}  // namespace easypost_connect
