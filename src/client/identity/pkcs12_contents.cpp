// SPDX-License-Identifier: Apache-2.0
#include "identity/pkcs12_contents.hpp"

#include <openssl/crypto.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/secrets.hpp"
#include "core/text.hpp"
#include "identity/encryption.hpp"
#include "identity/private_key.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kWriteAnew =
    "Write it anew with AES: openssl pkcs12 -legacy -in OLD.p12 -nodes -out ALL.pem; openssl pkcs12 -export -in "
    "ALL.pem "
    "-out NEW.p12; then delete ALL.pem.";
constexpr std::string_view kWriteAsPem =
    "Write it as PEM, with an OpenSSL that has no FIPS provider: openssl pkcs12 -in OLD.p12 -nodes -out NEW.pem";
constexpr std::string_view kWriteTrustStore =
    "Write its certificates as PEM: openssl pkcs12 -legacy -in OLD.p12 -nokeys -out NEW.pem";
constexpr std::string_view kWriteTrustStoreAsPem =
    "Write its certificates as PEM, with an OpenSSL that has no FIPS provider: openssl pkcs12 -legacy -in OLD.p12 "
    "-nokeys -out NEW.pem";

/// A passphrase as bytes. No bytes at all and an empty text derive different keys (RFC 7292, appendix B.1).
struct Spelling {
  Secret text;
  bool absent = false;

  [[nodiscard]] const char* data() const noexcept { return absent ? nullptr : text.expose().data(); }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(text.size()); }
};

/// Makes each byte a letter of its own: what OpenSSL before 1.1 made of letters beyond ASCII.
Secret bytes_as_letters(std::string_view text) {
  std::string wide;
  wide.reserve(2 * text.size());
  const WipeOnExit wipe_wide(wide);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      wide += c;
    } else {
      wide += static_cast<char>(0xc0U | (byte >> 6U));
      wide += static_cast<char>(0x80U | (byte & 0x3fU));
    }
  }
  return Secret(wide);
}

/// Writes Latin-1 instead of UTF-8, as some programs encrypt under PBES2. Returns nothing when a letter is not in it.
std::optional<Secret> as_latin1(std::string_view text) {
  std::string narrow;
  narrow.reserve(text.size());
  const WipeOnExit wipe_narrow(narrow);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      narrow += text[i];
    } else if ((byte == 0xc2 || byte == 0xc3) && i + 1 < text.size()) {
      narrow +=
          static_cast<char>((static_cast<unsigned>(byte & 3U) << 6U) | (static_cast<unsigned>(text[++i]) & 0x3fU));
    } else {
      return std::nullopt;
    }
  }
  return Secret(narrow);
}

/// Returns what programs make of one passphrase, the likeliest first.
std::vector<Spelling> spellings_of(const Secret& passphrase) {
  std::vector<Spelling> spellings;
  const std::string_view text = passphrase.expose();
  if (!text.empty()) spellings.push_back({passphrase});
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    spellings.push_back({bytes_as_letters(text)});
    if (auto latin1 = as_latin1(text)) spellings.push_back({*std::move(latin1)});
  }
  spellings.push_back({Secret()});
  spellings.push_back({Secret(), /*absent=*/true});
  return spellings;
}

/// Reads a friendlyName, from which OpenSSL's own function drops all letters beyond ASCII. Longer ones are left out:
/// half a letter is no UTF-8.
std::string alias_of(const PKCS12_SAFEBAG* bag) {
  constexpr int kLongestAlias = 512;
  const ASN1_TYPE* const name = PKCS12_SAFEBAG_get0_attr(bag, NID_friendlyName);
  if (name == nullptr || name->type != V_ASN1_BMPSTRING) return {};
  if (ASN1_STRING_length(name->value.bmpstring) > kLongestAlias) return {};
  unsigned char* text = nullptr;
  if (ASN1_STRING_to_UTF8(&text, name->value.bmpstring) < 0) return {};
  const TextPtr alias(reinterpret_cast<char*>(text));
  return has_control_character(alias.get()) ? std::string() : alias.get();
}

class Reader {
 public:
  Reader(const Secret& passphrase, const MaterialField& field)
      : passphrase_(passphrase), field_(field), spellings_(spellings_of(passphrase)) {}

  Result<Pkcs12Contents> read(PKCS12* file) {
    if (auto checked = check_integrity(file); !checked) return std::move(checked).error();
    const SafesPtr safes(PKCS12_unpack_authsafes(file));
    if (!safes) return unreadable();
    for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
      if (auto added = add_safe(sk_PKCS7_value(safes.get(), i)); !added) return std::move(added).error();
    }
    return std::move(contents_);
  }

 private:
  Result<void> check_integrity(PKCS12* file) {
    if (PKCS12_mac_present(file) != 1) return {};
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, file);
    char number[40] = {};
    OBJ_obj2txt(number, sizeof number, algorithm->algorithm, /*no_name=*/1);
    constexpr std::string_view kPbmac1 = "1.2.840.113549.1.5.14";  // RFC 9579
    constexpr unsigned long kFirstWithPbmac1 = 0x30400000UL;
    if (number == kPbmac1 && OpenSSL_version_num() < kFirstWithPbmac1) {
      return material_error(field_, "is a PKCS #12 file with the integrity check PBMAC1, which OpenSSL has from 3.4 on",
                            "Export it anew without: openssl pkcs12 -export has the option -macalg sha256.");
    }
    if (number != kPbmac1) {
      auto name = unavailable_digest(algorithm->algorithm);
      if (name.empty()) name = unavailable_pkcs12_derivation();
      if (!name.empty()) return cannot_open(name);
    }
    const auto work = number == kPbmac1 ? excessive_work(algorithm) : excessive_iterations(iterations);
    if (!work.empty()) return work_error(field_, "is a PKCS #12 file", work);
    const auto fits = [file](const Spelling& each) { return PKCS12_verify_mac(file, each.data(), each.size()) == 1; };
    const auto fitting = std::find_if(spellings_.begin(), spellings_.end(), fits);
    if (fitting == spellings_.end()) return passphrase_error(field_, "is an encrypted PKCS #12 file", passphrase_);
    std::rotate(spellings_.begin(), fitting, std::next(fitting));
    passphrase_proved_ = true;
    return {};
  }

  Result<void> add_safe(PKCS7* safe) {
    if (safe->d.ptr == nullptr) return unreadable();  // the content is optional in the grammar
    if (PKCS7_type_is_data(safe)) return add_bags(BagsPtr(PKCS12_unpack_p7data(safe)).get());
    if (!PKCS7_type_is_encrypted(safe)) return unreadable();
    if (auto checked = check_encryption(safe->d.encrypted->enc_data->algorithm); !checked) return checked;
    const BagsPtr bags(first_that_opens<STACK_OF(PKCS12_SAFEBAG)>(
        [safe](const Spelling& each) { return PKCS12_unpack_p7encdata(safe, each.data(), each.size()); }));
    return bags ? add_bags(bags.get()) : cannot_decrypt();
  }

  Result<void> add_bags(const STACK_OF(PKCS12_SAFEBAG) * bags) {
    if (bags == nullptr) return unreadable();
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
      if (auto added = add_bag(sk_PKCS12_SAFEBAG_value(bags, i)); !added) return added;
    }
    return {};
  }

  /// Lists of revoked certificates and secret keys have no part in a client's identity.
  Result<void> add_bag(PKCS12_SAFEBAG* bag) {
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_certBag: return add_certificate(bag);
      case NID_keyBag: return add_key(bag, PKCS12_SAFEBAG_get0_p8inf(bag));
      case NID_pkcs8ShroudedKeyBag: return add_encrypted_key(bag);
      case NID_safeContentsBag: return add_bags(PKCS12_SAFEBAG_get0_safes(bag));
      case NID_secretBag: contents_.others.emplace_back("a secret key or password"); return {};
      case NID_crlBag: contents_.others.emplace_back("a certificate revocation list"); return {};
      default: return {};
    }
  }

  Result<void> add_certificate(PKCS12_SAFEBAG* bag) {
    CertificatePtr certificate(PKCS12_SAFEBAG_get1_cert(bag));
    if (!certificate) return unreadable();
    contents_.certificates.push_back(std::move(certificate));
    return {};
  }

  Result<void> add_encrypted_key(PKCS12_SAFEBAG* bag) {
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, nullptr);
    if (auto checked = check_encryption(algorithm); !checked) return checked;
    const PlainKeyPtr key(first_that_opens<PKCS8_PRIV_KEY_INFO>(
        [bag](const Spelling& each) { return PKCS12_decrypt_skey(bag, each.data(), each.size()); }));
    return key ? add_key(bag, key.get()) : cannot_decrypt();
  }

  Result<void> add_key(PKCS12_SAFEBAG* bag, const PKCS8_PRIV_KEY_INFO* info) {
    KeyPtr key(EVP_PKCS82PKEY(info));
    if (!key) return unusable_key(info, field_, "is a PKCS #12 file with a private key");
    contents_.keys.push_back({std::move(key), alias_of(bag)});
    return {};
  }

  template <typename T, typename Open>
  T* first_that_opens(const Open& open) {
    for (const Spelling& each : spellings_) {
      if (T* const opened = open(each)) return opened;
    }
    return nullptr;
  }

  [[nodiscard]] Result<void> check_encryption(const X509_ALGOR* algorithm) const {
    const auto name = unavailable_encryption(algorithm);
    if (!name.empty()) return cannot_open(name);
    const auto work = excessive_work(algorithm);
    if (!work.empty()) return work_error(field_, "is a PKCS #12 file", work);
    return {};
  }

  [[nodiscard]] Error cannot_decrypt() const {
    if (!passphrase_proved_) return passphrase_error(field_, "is an encrypted PKCS #12 file", passphrase_);
    return material_error(field_,
                          "is a PKCS #12 file with a content that has another passphrase than the file, or that was "
                          "encrypted by a program that spells letters beyond ASCII in another way",
                          rewritten("With the program that wrote it, export certificate and key into a new .p12 file, "
                                    "under one passphrase of ASCII letters for both."));
  }

  [[nodiscard]] Error cannot_open(const std::string& name) const {
    const bool anew_is_the_same = name == kPkcs12Derivation;
    return encryption_error(field_, "is a PKCS #12 file", name, rewritten(anew_is_the_same ? kWriteAsPem : kWriteAnew));
  }

  [[nodiscard]] Error unreadable() const {
    return material_error(field_, "is a PKCS #12 file that is damaged, or sealed for a public key",
                          "Copy the file again, whole and unchanged; one that is sealed has to be exported again, "
                          "protected by a passphrase.");
  }

  /// Says how to have the file in another form; a trust store needs neither key nor passphrase.
  [[nodiscard]] std::string_view rewritten(std::string_view identity) const {
    if (field_.factor != Factor::kServerCertificate) return identity;
    return identity == kWriteAsPem ? kWriteTrustStoreAsPem : kWriteTrustStore;
  }

  const Secret& passphrase_;
  const MaterialField& field_;
  std::vector<Spelling> spellings_;
  bool passphrase_proved_ = false;
  Pkcs12Contents contents_;
};

}  // namespace

Result<Pkcs12Contents> open_pkcs12(const Secret& der, const Secret& passphrase, const MaterialField& field) {
  const ClearErrorsOnExit clear_errors;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.expose().data());
  const Pkcs12Ptr file(d2i_PKCS12(nullptr, &bytes, static_cast<long>(der.size())));
  if (!file) return material_error(field, "is a damaged PKCS #12 file", "Copy the file again, whole and unchanged.");
  return Reader(passphrase, field).read(file.get());
}

}  // namespace easypost_connect::internal
