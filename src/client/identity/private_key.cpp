// SPDX-License-Identifier: Apache-2.0
#include "identity/private_key.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "core/secrets.hpp"
#include "identity/encryption.hpp"
#include "identity/pkcs12_contents.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::string_view_literals;

struct Element {
  std::string_view whole;    ///< empty: it is not there
  std::string_view content;  ///< value without tag and length
};

/// Returns the first element of `der`, if it has that tag.
Element element_of(std::string_view der, int tag) noexcept {
  constexpr int kDamagedOrIndefinite = 0x81;
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* content = begin;
  long length = 0;
  int found = 0;
  int tag_class = 0;
  const int flags = ASN1_get_object(&content, &length, &found, &tag_class, static_cast<long>(der.size()));
  if ((flags & kDamagedOrIndefinite) != 0 || found != tag || tag_class != V_ASN1_UNIVERSAL) return {};
  const auto head = static_cast<std::size_t>(content - begin);
  const auto size = static_cast<std::size_t>(length);
  return {der.substr(0, head + size), der.substr(head, size)};
}

}  // namespace

std::optional<RewrittenKey> pkcs8_as_version_1(std::string_view der) {
  constexpr std::string_view kVersion1 = "\x02\x01\x00"sv;
  constexpr std::string_view kVersion2 = "\x02\x01\x01"sv;
  const Element key_info = element_of(der, V_ASN1_SEQUENCE);
  if (key_info.content.substr(0, kVersion2.size()) != kVersion2) return std::nullopt;
  const std::string_view behind_version = key_info.content.substr(kVersion2.size());
  const Element algorithm = element_of(behind_version, V_ASN1_SEQUENCE);
  const Element key = element_of(behind_version.substr(algorithm.whole.size()), V_ASN1_OCTET_STRING);
  if (algorithm.whole.empty() || key.whole.empty()) return std::nullopt;

  const auto size = static_cast<int>(kVersion1.size() + algorithm.whole.size() + key.whole.size());
  std::string rewritten(static_cast<std::size_t>(ASN1_object_size(/*constructed=*/1, size, V_ASN1_SEQUENCE)), '\0');
  const WipeOnExit wipe_rewritten(rewritten);
  auto* end = reinterpret_cast<unsigned char*>(rewritten.data());
  ASN1_put_object(&end, /*constructed=*/1, size, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
  std::size_t at = rewritten.size() - static_cast<std::size_t>(size);
  for (const std::string_view part : {kVersion1, algorithm.whole, key.whole}) {
    part.copy(rewritten.data() + at, part.size());
    at += part.size();
  }
  return RewrittenKey{Secret(rewritten), key_info.whole.size()};
}

namespace {

using GroupPtr = std::unique_ptr<EC_GROUP, OpenSslFree<EC_GROUP_free>>;

constexpr std::string_view kWriteAnew =
    "Write it anew: openssl pkcs8 -provider legacy -provider default -topk8 -v2 aes-256-cbc -in OLD.key -out NEW.key";

int give_passphrase(char* buffer, int size, int /*writing*/, void* user) noexcept {
  const std::string_view passphrase = static_cast<const Secret*>(user)->expose();
  if (passphrase.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, passphrase.data(), passphrase.size());
  return static_cast<int>(passphrase.size());
}

KeyPtr key_of_der(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return KeyPtr(d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(der.size())));
}

PlainKeyPtr pkcs8_of_der(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return PlainKeyPtr(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &bytes, static_cast<long>(der.size())));
}

bool has_curve(const X509_ALGOR* algorithm) {
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_OBJECT) return false;
  const int curve = OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(value));
  return GroupPtr(EC_GROUP_new_by_curve_name(curve)) != nullptr;
}

/// Returns whether this OpenSSL reads keys of that type, if they are whole.
bool has_type_of(const PKCS8_PRIV_KEY_INFO* key) {
  const ASN1_OBJECT* type = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  if (key == nullptr || PKCS8_pkey_get0(&type, nullptr, nullptr, &algorithm, key) != 1) return true;
  switch (OBJ_obj2nid(type)) {
    case NID_rsaEncryption:
    case NID_rsassaPss:
    case NID_ED25519:
    case NID_ED448: return true;
    case NID_X9_62_id_ecPublicKey: return has_curve(algorithm);
    default: return false;
  }
}

SealedKeyPtr sealed_of(const Piece& piece) {
  const std::string_view der = piece.der.expose();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return SealedKeyPtr(d2i_X509_SIG(nullptr, &bytes, static_cast<long>(der.size())));
}

std::string unavailable_encryption(const Piece& piece) {
  if (!piece.encryption.empty()) {  // MD5 derives the key from the passphrase
    const auto cipher = unavailable_cipher(piece.encryption.substr(0, piece.encryption.find(',')));
    return cipher.empty() ? unavailable_digest(OBJ_nid2obj(NID_md5)) : cipher;
  }
  const SealedKeyPtr sealed = sealed_of(piece);
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed.get(), &algorithm, nullptr);
  return internal::unavailable_encryption(algorithm);
}

/// A DEK-Info header means one iteration.
std::string excessive_work(const Piece& piece) {
  if (!piece.encryption.empty()) return {};
  const SealedKeyPtr sealed = sealed_of(piece);
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed.get(), &algorithm, nullptr);
  return internal::excessive_work(algorithm);
}

/// Decrypts PEM that is older than PKCS #8 (RFC 1421).
KeyPtr decrypt_pem(const Piece& piece, const Secret& passphrase) {
  std::string header = "Proc-Type: 4,ENCRYPTED\nDEK-Info: " + piece.encryption + "\n";
  EVP_CIPHER_INFO cipher{};
  if (PEM_get_EVP_CIPHER_INFO(header.data(), &cipher) != 1) return nullptr;
  std::string der(piece.der.expose());
  const WipeOnExit wipe_der(der);
  auto size = static_cast<long>(der.size());
  Secret copy = passphrase;
  if (PEM_do_header(&cipher, reinterpret_cast<unsigned char*>(der.data()), &size, give_passphrase, &copy) != 1)
    return nullptr;
  return key_of_der(std::string_view(der).substr(0, static_cast<std::size_t>(size)));
}

KeyPtr decrypt(const Piece& piece, const Secret& passphrase) {
  if (!piece.encryption.empty()) return decrypt_pem(piece, passphrase);
  const PlainKeyPtr opened(
      PKCS8_decrypt(sealed_of(piece).get(), passphrase.expose().data(), static_cast<int>(passphrase.size())));
  return KeyPtr(opened ? EVP_PKCS82PKEY(opened.get()) : nullptr);
}

Result<KeyPtr> key_of(const Piece& piece, const Secret& passphrase, const MaterialField& field) {
  if (piece.form == Form::kPrivateKey) {
    if (auto key = key_of_der(piece.der.expose())) return key;
    return unusable_key(pkcs8_of_der(piece.der.expose()).get(), field, "holds " + to_text(piece));
  }
  if (const auto name = unavailable_encryption(piece); !name.empty()) {
    return encryption_error(field, "is a private key", name, kWriteAnew);
  }
  if (const auto work = excessive_work(piece); !work.empty()) return work_error(field, "is a private key", work);
  if (!passphrase.empty()) {
    if (auto key = decrypt(piece, passphrase)) return key;
  }
  return passphrase_error(field, "is encrypted", passphrase);
}

struct Candidate {
  KeyPtr key;
  const Piece* piece;
};

bool fits_one(const KeyPtr& key, const std::vector<CertificatePtr>& certificates) {
  return std::any_of(certificates.begin(), certificates.end(),
                     [&](const auto& each) { return X509_check_private_key(each.get(), key.get()) == 1; });
}

/// Some programs write a PKCS #12 file for the key alone, to stand beside the certificate.
Result<KeyPtr> key_in_pkcs12(const Piece& piece, const Secret& passphrase, const MaterialField& field) {
  auto contents = open_pkcs12(piece.der, passphrase, field);
  if (!contents) return std::move(contents).error();
  if (!contents->certificates.empty()) {
    return material_error(field, "is a PKCS #12 file, which brings the certificate along",
                          "Give it as client_certificate.certificate, and leave the private key unset.");
  }
  if (contents->keys.size() == 1) return std::move(contents->keys.front().key);
  return material_error(
      field, "is a PKCS #12 file with " + std::to_string(contents->keys.size()) + " private keys and no certificate",
      "Give one private key alone, in a file of its own.");
}

Error no_key(const std::vector<Piece>& pieces, const MaterialField& field) {
  return material_error(field, "holds no usable private key, but " + to_text(pieces.front()),
                        "Give the PEM file that begins with -----BEGIN PRIVATE KEY----- (or RSA, EC or ENCRYPTED "
                        "PRIVATE KEY): the key from which the certificate signing request was made.");
}

}  // namespace

Error unusable_key(const PKCS8_PRIV_KEY_INFO* key, const MaterialField& field, const std::string& what) {
  if (has_type_of(key)) {
    return material_error(field, what + ", which is damaged", "Copy the file again, whole and unchanged.");
  }
  return material_error(field, what + " of a type that this OpenSSL cannot use, or damaged",
                        "Copy the file again, whole and unchanged. If that changes nothing, make a new key, RSA with "
                        "2048 bits or P-256, and get a new certificate from the Portal.");
}

Result<KeyPtr> private_key_in(const std::vector<Piece>& pieces, const Secret& passphrase, const MaterialField& field,
                              const std::vector<CertificatePtr>& certificates,
                              std::vector<CredentialWarning>* warnings) {
  const ClearErrorsOnExit clear_errors;
  std::vector<Candidate> keys;
  for (const Piece& piece : pieces) {
    if (!is_private_key(piece)) continue;
    auto key = key_of(piece, passphrase, field);
    if (!key) return std::move(key).error();
    const bool repeated = std::any_of(keys.begin(), keys.end(),
                                      [&](const auto& each) { return EVP_PKEY_eq(each.key.get(), key->get()) == 1; });
    if (!repeated) keys.push_back({*std::move(key), &piece});
  }
  if (keys.empty() && pieces.front().form == Form::kPkcs12) return key_in_pkcs12(pieces.front(), passphrase, field);
  if (keys.empty()) return no_key(pieces, field);
  if (keys.size() == 1) return std::move(keys.front().key);
  const auto others = std::stable_partition(keys.begin(), keys.end(),
                                            [&](const auto& each) { return fits_one(each.key, certificates); });
  const auto fitting = std::distance(keys.begin(), others);
  if (fitting == 1) {
    for (auto other = others; warnings != nullptr && other != keys.end(); ++other) {
      warnings->push_back(unused_warning(field, to_text(*other->piece)));
    }
    return std::move(keys.front().key);
  }
  return material_error(field,
                        "holds " + std::to_string(keys.size()) + " private keys, of which " + std::to_string(fitting) +
                            " belong to the certificate",
                        "Give one private key alone, in a file of its own.");
}

Result<KeyPtr> parse_private_key(const Secret& content, const Secret& passphrase, const MaterialField& field,
                                 const std::vector<CertificatePtr>& certificates) {
  const auto pieces = pieces_of(content, field);
  return pieces ? private_key_in(*pieces, passphrase, field, certificates) : pieces.error();
}

Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const MaterialField& field,
                                const std::vector<CertificatePtr>& certificates,
                                std::vector<CredentialWarning>* warnings) {
  const auto content = read_material(source, field);
  if (!content) return content.error();
  const auto pieces = pieces_of(*content, field.of(source));
  if (!pieces) return pieces.error();
  if (warnings != nullptr) {
    warn_of_unused(*pieces,
                   {Form::kPrivateKey, Form::kEncryptedPrivateKey, Form::kCertificate, Form::kPkcs7, Form::kPkcs12},
                   field, *warnings);
  }
  return private_key_in(*pieces, passphrase, field.of(source), certificates, warnings);
}

}  // namespace easypost_connect::internal
