// SPDX-License-Identifier: Apache-2.0
#include "identity/encryption.hpp"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "core/ascii.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {
namespace {

using CipherPtr = std::unique_ptr<EVP_CIPHER, OpenSslFree<EVP_CIPHER_free>>;
using DigestPtr = std::unique_ptr<EVP_MD, OpenSslFree<EVP_MD_free>>;
using ScryptPtr = std::unique_ptr<SCRYPT_PARAMS, OpenSslFree<SCRYPT_PARAMS_free>>;
using Pbes2Ptr = std::unique_ptr<PBE2PARAM, OpenSslFree<PBE2PARAM_free>>;

bool has_cipher(const char* name) { return CipherPtr(EVP_CIPHER_fetch(nullptr, name, nullptr)) != nullptr; }
bool has_digest(int nid) {
  return nid == NID_undef || DigestPtr(EVP_MD_fetch(nullptr, OBJ_nid2sn(nid), nullptr)) != nullptr;
}

std::string name_of(const ASN1_OBJECT* object) {
  char name[80] = {};
  OBJ_obj2txt(name, sizeof name, object, /*no_name=*/0);
  return name;
}

/// OpenSSL bounds the memory of scrypt (RFC 7914); a key may ask for more.
bool has_scrypt(const X509_ALGOR* derivation) {
  const ScryptPtr parameters(
      static_cast<SCRYPT_PARAMS*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), derivation->parameter)));
  std::uint64_t cost = 0;
  std::uint64_t block_size = 0;
  std::uint64_t parallelization = 0;
  return parameters && ASN1_INTEGER_get_uint64(&cost, parameters->costParameter) == 1 &&
         ASN1_INTEGER_get_uint64(&block_size, parameters->blockSize) == 1 &&
         ASN1_INTEGER_get_uint64(&parallelization, parameters->parallelizationParameter) == 1 &&
         EVP_PBE_scrypt(nullptr, 0, nullptr, 0, cost, block_size, parallelization, 0, nullptr, 0) == 1;
}

/// PBES2 (RFC 8018, section 6.2) names key derivation and cipher in its parameters.
std::string unavailable_in_pbes2(const X509_ALGOR* algorithm) {
  const Pbes2Ptr parameters(
      static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
  if (!parameters) return {};  // damaged, which shows when it is decrypted
  const int derivation = OBJ_obj2nid(parameters->keyfunc->algorithm);
  if (derivation != NID_id_pbkdf2 && derivation != NID_id_scrypt) return name_of(parameters->keyfunc->algorithm);
  if (derivation == NID_id_scrypt && !has_scrypt(parameters->keyfunc)) return "scrypt with that much memory";
  const ASN1_OBJECT* const cipher = parameters->encryption->algorithm;
  const int nid = OBJ_obj2nid(cipher);
  return nid != NID_undef && has_cipher(OBJ_nid2sn(nid)) ? std::string() : name_of(cipher);
}

/// Whether `name` is one of the ciphers and digests that OpenSSL 3 keeps in its provider "legacy" only.
bool given_up_by_openssl(std::string_view name) noexcept {
  if (contains_ignoring_case(name, "des-ede3") || contains_ignoring_case(name, "3-Key")) return false;
  constexpr std::array kNames{"des", "rc2", "rc4", "rc5", "idea", "seed", "bf-", "cast", "md2", "md4"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [name](const char* each) { return contains_ignoring_case(name, each); });
}

}  // namespace

std::string unavailable_encryption(const X509_ALGOR* algorithm) {
  const ClearErrorsOnExit clear_errors;
  const int nid = OBJ_obj2nid(algorithm->algorithm);
  if (nid == NID_pbes2) return unavailable_in_pbes2(algorithm);
  int cipher = NID_undef;
  int digest = NID_undef;
  const bool known = EVP_PBE_find(EVP_PBE_TYPE_OUTER, nid, &cipher, &digest, nullptr) == 1;
  if (known && has_cipher(OBJ_nid2sn(cipher)) && has_digest(digest)) return {};
  return name_of(algorithm->algorithm);
}

std::string unavailable_cipher(std::string_view name) {
  const ClearErrorsOnExit clear_errors;
  std::string text = printable(name, 40);
  return has_cipher(text.c_str()) ? std::string() : text;
}

std::string unavailable_digest(const ASN1_OBJECT* digest) {
  const ClearErrorsOnExit clear_errors;
  const int nid = OBJ_obj2nid(digest);
  return nid != NID_undef && has_digest(nid) ? std::string() : name_of(digest);
}

Error passphrase_error(const MaterialField& field, const std::string& what, const Secret& passphrase) {
  constexpr std::string_view kBlanks = " \t\r\n";
  constexpr std::string_view kOption = "client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE)";
  if (passphrase.empty()) {
    return material_error(field, what + ", and no passphrase was given", "Set " + std::string(kOption) + ".");
  }
  const std::string_view text = passphrase.expose();
  const bool blank_at_end =
      kBlanks.find(text.front()) != std::string_view::npos || kBlanks.find(text.back()) != std::string_view::npos;
  if (blank_at_end) {
    return material_error(field,
                          what +
                              " and cannot be decrypted: wrong passphrase, which has a blank or a line end at "
                              "its begin or end",
                          "Take that away from " + std::string(kOption) + ".");
  }
  return material_error(field, what + " and cannot be decrypted: wrong passphrase, or damaged",
                        "Check " + std::string(kOption) + ".");
}

Error encryption_error(const MaterialField& field, const std::string& what, const std::string& name,
                       std::string_view remedy) {
  const std::string problem = given_up_by_openssl(name) ? " with an encryption that OpenSSL 3 has given up ("
                                                        : " with an encryption that this OpenSSL has not got (";
  return material_error(field, what + problem + name + ")", remedy);
}

}  // namespace easypost_connect::internal
