// SPDX-License-Identifier: Apache-2.0
#include "identity/encryption.hpp"

#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/make_error.hpp"
#include "core/openssl_handles.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

using DerivationPtr = std::unique_ptr<EVP_KDF, OpenSslFree<EVP_KDF_free>>;
using ScryptPtr = std::unique_ptr<SCRYPT_PARAMS, OpenSslFree<SCRYPT_PARAMS_free>>;
using Pbes1Ptr = std::unique_ptr<PBEPARAM, OpenSslFree<PBEPARAM_free>>;
using Pbes2Ptr = std::unique_ptr<PBE2PARAM, OpenSslFree<PBE2PARAM_free>>;
using Pbkdf2Ptr = std::unique_ptr<PBKDF2PARAM, OpenSslFree<PBKDF2PARAM_free>>;

/// OPENSSL_free is a macro.

bool has_cipher(const char* name) { return CipherPtr(EVP_CIPHER_fetch(nullptr, name, nullptr)) != nullptr; }
bool has_digest(int nid) {
  return nid == NID_undef || DigestPtr(EVP_MD_fetch(nullptr, OBJ_nid2sn(nid), nullptr)) != nullptr;
}

std::string name_of(const ASN1_OBJECT* object) {
  char name[80] = {};
  OBJ_obj2txt(name, sizeof name, object, /*no_name=*/0);
  return name;
}

/// The bound of iterations. NIST SP 800-132, section 5.2, thinks of as many for the most critical keys; they take 2.5 s
/// (a tenth of them was measured).
constexpr std::uint64_t kMostIterations = 10'000'000;

/// The bound of N * r * p of scrypt, which takes 4 s (inferred from what is usual, a hundredth of it).
constexpr std::uint64_t kMostScryptWork = std::uint64_t{1} << 24U;

/// The parameters of scrypt (RFC 7914, section 7.1).
struct Scrypt {
  std::uint64_t cost = 0;
  std::uint64_t block_size = 0;
  std::uint64_t parallelization = 0;
};

std::optional<Scrypt> scrypt_of(const X509_ALGOR* derivation) {
  const ScryptPtr parameters(
      static_cast<SCRYPT_PARAMS*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), derivation->parameter)));
  Scrypt scrypt;
  const bool readable = parameters && ASN1_INTEGER_get_uint64(&scrypt.cost, parameters->costParameter) == 1 &&
                        ASN1_INTEGER_get_uint64(&scrypt.block_size, parameters->blockSize) == 1 &&
                        ASN1_INTEGER_get_uint64(&scrypt.parallelization, parameters->parallelizationParameter) == 1;
  return readable ? std::optional(scrypt) : std::nullopt;
}

/// OpenSSL bounds the memory of scrypt; a key may ask for more.
bool has_scrypt(const X509_ALGOR* derivation) {
  const auto scrypt = scrypt_of(derivation);
  return scrypt && EVP_PBE_scrypt(nullptr, 0, nullptr, 0, scrypt->cost, scrypt->block_size, scrypt->parallelization, 0,
                                  nullptr, 0) == 1;
}

/// Returns what of scrypt would take too long. Its memory is in bounds by then, so that the product of two parameters
/// fits.
std::string excessive_scrypt(const X509_ALGOR* derivation) {
  const auto scrypt = scrypt_of(derivation);
  if (!scrypt || scrypt->parallelization <= kMostScryptWork / (scrypt->cost * scrypt->block_size)) return {};
  return "scrypt " + std::to_string(scrypt->parallelization) + " times";
}

Pbes2Ptr pbes2_of(const X509_ALGOR* algorithm) {
  return Pbes2Ptr(static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
}

/// PBMAC1 has the same two parameters.
std::string excessive_in_pbes2(const X509_ALGOR* algorithm) {
  const Pbes2Ptr parameters = pbes2_of(algorithm);
  if (!parameters) return {};
  const X509_ALGOR* const derivation = parameters->keyfunc;
  if (OBJ_obj2nid(derivation->algorithm) == NID_id_scrypt) return excessive_scrypt(derivation);
  const Pbkdf2Ptr pbkdf2(
      static_cast<PBKDF2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), derivation->parameter)));
  return pbkdf2 ? excessive_iterations(pbkdf2->iter) : std::string();
}

/// PBES2 (RFC 8018, section 6.2) names key derivation and cipher in its parameters.
std::string unavailable_in_pbes2(const X509_ALGOR* algorithm) {
  const Pbes2Ptr parameters = pbes2_of(algorithm);
  if (!parameters) return {};  // damaged, which shows when it is decrypted
  const int derivation = OBJ_obj2nid(parameters->keyfunc->algorithm);
  if (derivation != NID_id_pbkdf2 && derivation != NID_id_scrypt) return name_of(parameters->keyfunc->algorithm);
  if (derivation == NID_id_scrypt && !has_scrypt(parameters->keyfunc)) return "scrypt with that much memory";
  const ASN1_OBJECT* const cipher = parameters->encryption->algorithm;
  const int nid = OBJ_obj2nid(cipher);
  return nid != NID_undef && has_cipher(OBJ_nid2sn(nid)) ? std::string() : name_of(cipher);
}

/// Returns whether `name` is one of the ciphers and digests that OpenSSL 3 keeps in its provider "legacy" only.
bool given_up_by_openssl(std::string_view name) noexcept {
  if (contains_ignoring_case(name, "des-ede3") || contains_ignoring_case(name, "3-Key")) return false;
  constexpr std::array kNames{"des", "rc2", "rc4", "rc5", "idea", "seed", "bf-", "cast", "md2", "md4"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [name](const char* each) { return contains_ignoring_case(name, each); });
}

}  // namespace

Result<void> check_algorithms() {
  const ClearErrorsOnExit clear_errors;
  if (has_digest(NID_sha256)) return {};
  const TextPtr file(CONF_get1_default_config_file());
  return make_error(
      ErrorCode::kInvalidOption, Factor::kRequest,
      std::string("OpenSSL has not even SHA-256: its configuration (OPENSSL_CONF or, by default, ") +
          (file ? file.get() : "openssl.cnf") + ") activates no provider that brings it.",
      "Activate the provider \"default\" in that file, too: one that names a provider leaves out all others.");
}

std::string unavailable_encryption(const X509_ALGOR* algorithm) {
  const ClearErrorsOnExit clear_errors;
  const int nid = OBJ_obj2nid(algorithm->algorithm);
  if (nid == NID_pbes2) return unavailable_in_pbes2(algorithm);
  int cipher = NID_undef;
  int digest = NID_undef;
  EVP_PBE_KEYGEN* derivation = nullptr;
  const bool known = EVP_PBE_find(EVP_PBE_TYPE_OUTER, nid, &cipher, &digest, &derivation) == 1;
  if (!known || !has_cipher(OBJ_nid2sn(cipher)) || !has_digest(digest)) return name_of(algorithm->algorithm);
  return derivation == PKCS12_PBE_keyivgen ? unavailable_pkcs12_derivation() : std::string();
}

std::string excessive_iterations(const ASN1_INTEGER* count) {
  std::uint64_t number = 1;
  const bool fits = count == nullptr || ASN1_INTEGER_get_uint64(&number, count) == 1;
  if (fits && number <= kMostIterations) return {};
  return (fits ? std::to_string(number) : "an impossible number of") + std::string(" iterations");
}

std::string excessive_work(const X509_ALGOR* algorithm) {
  const ClearErrorsOnExit clear_errors;
  const int nid = OBJ_obj2nid(algorithm->algorithm);
  if (nid == NID_pbes2 || nid == NID_pbmac1) return excessive_in_pbes2(algorithm);
  const Pbes1Ptr parameters(
      static_cast<PBEPARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter)));
  return parameters ? excessive_iterations(parameters->iter) : std::string();
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

std::string unavailable_pkcs12_derivation() {
  const ClearErrorsOnExit clear_errors;
  const DerivationPtr fetched(EVP_KDF_fetch(nullptr, kPkcs12Derivation, nullptr));
  return fetched ? std::string() : kPkcs12Derivation;
}

Error passphrase_error(const MaterialField& field, const std::string& what, const Secret& passphrase) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::string option = setting::kPassphrase.named();
  if (field.factor == Factor::kServerCertificate) {
    return material_error(field, what + " that opens neither without a passphrase nor with \"changeit\", or damaged",
                          "Write its certificates as PEM: openssl pkcs12 -in OLD.p12 -nokeys -out NEW.pem");
  }
  if (passphrase.empty()) {
    return material_error(field, what + ", and no passphrase was given", "Set " + option + ".");
  }
  const std::string_view text = passphrase.expose();
  const bool blank_at_end =
      kBlanks.find(text.front()) != std::string_view::npos || kBlanks.find(text.back()) != std::string_view::npos;
  if (blank_at_end) {
    return material_error(field,
                          what +
                              " and cannot be decrypted: wrong passphrase, which has a blank or a line end at "
                              "its begin or end",
                          "Take that away from " + option + ".");
  }
  return material_error(field, what + " and cannot be decrypted: wrong passphrase, or damaged",
                        "Check " + option + ".");
}

Error encryption_error(const MaterialField& field, const std::string& what, const std::string& name,
                       std::string_view remedy) {
  const std::string problem = given_up_by_openssl(name) ? " with an encryption that OpenSSL 3 has given up ("
                                                        : " with an encryption that this OpenSSL has not got (";
  return material_error(field, what + problem + name + ")", remedy);
}

Error work_error(const MaterialField& field, const std::string& what, const std::string& work) {
  return material_error(field, what + " whose encryption asks for " + work + ", which would take too long",
                        "Export it again: programs ask for some 2000 to 1000000 iterations, and 10000000 are allowed.");
}

}  // namespace easypost_connect::internal
