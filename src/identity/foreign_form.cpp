// SPDX-License-Identifier: Apache-2.0
#include "identity/foreign_form.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::string_view_literals;

struct ForeignForm {
  std::string_view mark;
  std::string_view problem;
  std::string_view remedy;
};

constexpr std::string_view kGivePem = "Give the file in PEM form, which has a line that begins with -----BEGIN.";
constexpr std::string_view kPlaceOfKey =
    "Give the key from which the certificate signing request was made: it begins with -----BEGIN and ends in PRIVATE "
    "KEY-----.";
constexpr std::string_view kToPkcs12 =
    "Convert it: keytool -importkeystore -srckeystore OLD -destkeystore NEW.p12 -deststoretype PKCS12; then give "
    "NEW.p12 "
    "as the certificate, and its password as passphrase.";
constexpr std::string_view kBouncyCastleToPkcs12 =
    "Convert it, with the provider of Bouncy Castle (bcprov.jar): keytool -importkeystore -srckeystore OLD "
    "-srcstoretype "
    "BKS -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar -destkeystore "
    "NEW.p12 "
    "-deststoretype PKCS12";
constexpr std::string_view kToPem = "Write its certificates as PEM: keytool -list -rfc -keystore OLD > NEW.pem";
constexpr std::string_view kUnpack = "Unpack it, and give the certificate file that is inside.";
constexpr std::string_view kExport = "Export certificate and key from it, as a .p12 file.";
constexpr std::string_view kJavaKeyStore = "is a Java key store (JKS)";

/// What the content begins with.
constexpr std::array kBeginnings{
    ForeignForm{"\xfe\xed\xfe\xed"sv, kJavaKeyStore, kToPkcs12},
    ForeignForm{"\xce\xce\xce\xce"sv, "is a Java key store (JCEKS)", kToPkcs12},
    ForeignForm{"\0\0\0\1\0\0\0\x14"sv, "is a key store of Bouncy Castle (BKS)", kBouncyCastleToPkcs12},
    ForeignForm{"\0\0\0\2\0\0\0\x14"sv, "is a key store of Bouncy Castle (BKS)", kBouncyCastleToPkcs12},
    ForeignForm{"PuTTY-User-Key-File"sv, "is a key of PuTTY, which is for SSH", kPlaceOfKey},
    ForeignForm{"---- BEGIN SSH2"sv, "is a key for SSH", kPlaceOfKey},
    ForeignForm{"ssh-"sv, "is a public key for SSH", kPlaceOfKey},
    ForeignForm{"ecdsa-sha2-"sv, "is a public key for SSH", kPlaceOfKey},
    ForeignForm{"SQLite format 3"sv, "is a database: the certificates of NSS (Firefox) are kept in such a file",
                "Export from it: pk12util -o NEW.p12 -d FOLDER -n NICKNAME"},
    ForeignForm{"kych"sv, "is a keychain of macOS", kExport},
    ForeignForm{"\x1e\xf1\xb5\xb0"sv, "is a private key in Microsoft's PVK form",
                "Convert it: openssl rsa -inform PVK -in OLD.pvk -out NEW.key"},
    ForeignForm{"PK\3\4"sv, "is a ZIP archive", kUnpack},
    ForeignForm{"\x1f\x8b"sv, "is compressed by gzip", kUnpack},
    ForeignForm{"%PDF"sv, "is a PDF document", kGivePem},
    ForeignForm{"Salted__"sv, "is encrypted by \"openssl enc\"", "Decrypt it: openssl enc -d with its cipher."},
    ForeignForm{"<!DOCTYPE"sv, "is an HTML page", "Download the file again, as the one who is logged in."},
    ForeignForm{"<html"sv, "is an HTML page", "Download the file again, as the one who is logged in."},
    ForeignForm{"<"sv, "is XML", kGivePem},
    ForeignForm{"$ANSIBLE_VAULT"sv, "is encrypted by Ansible Vault", "Decrypt it: ansible-vault decrypt"},
    ForeignForm{"age-encryption.org"sv, "is encrypted by age", "Decrypt it: age --decrypt"},
    ForeignForm{"version https://git-lfs"sv, "is a pointer of Git LFS, not the file itself", "Fetch it: git lfs pull"},
};

/// What the content holds anywhere, the surest first.
constexpr std::array kMarks{
    ForeignForm{"BEGIN+"sv, "is percent-encoded PEM text, as forms send it",
                "Decode it: + is a blank, %0A a line end, %2B a plus."},
    ForeignForm{"BEGIN%20"sv, "is percent-encoded PEM text", "Decode it: %20 is a blank, %0A a line end, %2B a plus."},
    ForeignForm{"LS0tLS1CRUdJTi"sv, "holds base64 of PEM text beside other text, as a Kubernetes Secret does",
                "Take the value of tls.crt or tls.key out of it; base64 alone is read as it is."},
    ForeignForm{"BEGIN CERTIFICATE"sv, "has a BEGIN line that was changed: five hyphens stand on each side of it",
                "Copy the PEM text again, by a program that does not turn hyphens into dashes."},
    ForeignForm{"PRIVATE KEY"sv, "has a BEGIN line that was changed: five hyphens stand on each side of it",
                "Copy the PEM text again, by a program that does not turn hyphens into dashes."},
    ForeignForm{"Signature Algorithm:"sv, "is the readable print of a certificate, without the certificate itself",
                "Write it with its PEM text: openssl x509 -in OLD -text"},
};

bool begins_with(std::string_view content, std::string_view mark) noexcept {
  return equals_ignoring_case(content.substr(0, mark.size()), mark);
}

Error refusal(const ForeignForm& form, const MaterialField& field) {
  const bool from_java = form.remedy == kToPkcs12;
  return material_error(field, form.problem,
                        from_java && field.factor == Factor::kServerCertificate ? kToPem : form.remedy);
}

bool is_text(std::string_view content) noexcept {
  return std::none_of(content.begin(), content.end(), [](char c) { return (c >= 0 && c < '\t') || c == '\x7f'; });
}

}  // namespace

Error foreign_form(std::string_view content, const MaterialField& field) {
  const std::size_t begin = content.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    return material_error(field, content.empty() ? "is empty" : "holds nothing but blanks and line ends",
                          "Check whether the program that writes it has ended well.");
  }
  const std::string_view text = content.substr(begin);
  for (const ForeignForm& each : kBeginnings) {
    if (begins_with(text, each.mark)) return refusal(each, field);
  }
  for (const ForeignForm& each : kMarks) {
    if (text.find(each.mark) != std::string_view::npos) return refusal(each, field);
  }
  if (text.front() == '{' || text.front() == '[') {
    return material_error(field, "is JSON without PEM text in it", kGivePem);
  }
  const bool key = field.option == kPrivateKeyField.option;
  return material_error(
      field, is_text(text) ? "is text that holds no PEM block" : "is binary data of an unknown kind",
      key ? "Give the PEM file that begins with -----BEGIN PRIVATE KEY----- (or RSA, EC or ENCRYPTED "
            "PRIVATE KEY)."
          : "Give the PEM file that begins with -----BEGIN CERTIFICATE-----, as the Portal returned it.");
}

}  // namespace easypost_connect::internal
