// SPDX-License-Identifier: Apache-2.0
#include "identity/file_form.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/crypto.h>

#include "core/encoding.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

enum class ByteOrder { kLittleEndian, kBigEndian };

bool is_ascii(char high, char low) noexcept { return high == '\0' && low >= '\t' && low <= '~'; }

/// Two letters in a row are enough to know UTF-16 that has no byte order mark: no DER and no PEM text begins so.
std::optional<ByteOrder> byte_order_of_utf16(std::string_view bytes) noexcept {
  if (bytes.substr(0, 2) == "\xff\xfe") return ByteOrder::kLittleEndian;
  if (bytes.substr(0, 2) == "\xfe\xff") return ByteOrder::kBigEndian;
  if (bytes.size() < 4) return std::nullopt;
  if (is_ascii(bytes[1], bytes[0]) && is_ascii(bytes[3], bytes[2])) return ByteOrder::kLittleEndian;
  if (is_ascii(bytes[0], bytes[1]) && is_ascii(bytes[2], bytes[3])) return ByteOrder::kBigEndian;
  return std::nullopt;
}

/// PEM is ASCII; other characters are in comments only, which nobody reads.
Secret from_utf16(std::string_view bytes, ByteOrder order) {
  std::string text;
  text.reserve(bytes.size() / 2);
  const WipeOnExit wipe_text(text);
  const std::size_t low = order == ByteOrder::kLittleEndian ? 0 : 1;
  const bool has_mark = bytes.substr(0, 2) == "\xff\xfe" || bytes.substr(0, 2) == "\xfe\xff";
  for (std::size_t i = has_mark ? 2 : 0; i + 1 < bytes.size(); i += 2) {
    text += is_ascii(bytes[i + 1 - low], bytes[i + low]) ? bytes[i + low] : '?';
  }
  return Secret(text);
}

int value_of_hex(char digit) noexcept { return OPENSSL_hexchar2int(static_cast<unsigned char>(digit)); }

/// Undoes \u002B, as programs spell characters of ASCII in JSON; text in JSON in JSON has more than one backslash.
Secret without_unicode_escapes(const Secret& content) {
  constexpr std::string_view kEscape = "\\u00";
  std::string_view rest = content.expose();
  std::string text;
  text.reserve(rest.size());
  const WipeOnExit wipe_text(text);
  for (auto at = rest.find(kEscape); at != std::string_view::npos; at = rest.find(kEscape)) {
    const std::string_view digits = rest.substr(at + kEscape.size(), 2);
    const int high = digits.size() == 2 ? value_of_hex(digits[0]) : -1;
    const int low = digits.size() == 2 ? value_of_hex(digits[1]) : -1;
    const bool is_escape = high >= 0 && high < 8 && low >= 0;
    const std::size_t backslashes = is_escape ? rest.substr(0, at + 1).find_last_not_of('\\') + 1 : at + 1;
    text.append(rest.substr(0, backslashes));
    if (is_escape) text += static_cast<char>(16 * high + low);
    rest.remove_prefix(is_escape ? at + kEscape.size() + 2 : at + 1);
  }
  text.append(rest);
  return Secret(text);
}

std::string_view without_quotation_marks(std::string_view text) noexcept {
  const auto is_wrapping = [](char c) { return c == '"' || c == '\'' || c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_wrapping(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_wrapping(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

Secret plain_form(const Secret& bytes) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const auto order = byte_order_of_utf16(bytes.expose());
  Secret content = order ? from_utf16(bytes.expose(), *order) : bytes;
  if (content.expose().substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    content = Secret(content.expose().substr(kByteOrderMark.size()));
  }
  content = without_unicode_escapes(content);
  while (auto inner = base64_decode_file(without_quotation_marks(content.expose()))) content = *std::move(inner);
  return content;
}

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

/// The forms that are known by the begin of the content.
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

/// The forms that are known by what the content holds anywhere, the surest first.
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
