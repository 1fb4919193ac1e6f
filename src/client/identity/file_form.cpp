// SPDX-License-Identifier: Apache-2.0
#include "identity/file_form.hpp"

#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "core/openssl_handles.hpp"
#include "identity/pem_text.hpp"
#include "identity/private_key.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kCopyAgain = "Copy the file again, whole and unchanged.";

/// Returns how many bytes at the begin of `der` OpenSSL takes for a value of a type; 0 when it is none.
template <auto kParse, auto kFree>
std::size_t size_as(std::string_view der) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = begin;
  auto* const value = kParse(nullptr, &end, static_cast<long>(der.size()));
  if (value == nullptr) return 0;
  kFree(value);
  return static_cast<std::size_t>(end - begin);
}

struct DerForm {
  Form form;
  std::size_t (*size)(std::string_view der);
};

/// No value has two of these forms: they differ in the types of their first elements.
constexpr std::array kDerForms{
    DerForm{Form::kCertificate, size_as<d2i_X509, X509_free>},
    DerForm{Form::kEncryptedPrivateKey, size_as<d2i_X509_SIG, X509_SIG_free>},
    DerForm{Form::kPrivateKey, size_as<d2i_PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>},
    DerForm{Form::kPrivateKey, size_as<d2i_AutoPrivateKey, EVP_PKEY_free>},
    DerForm{Form::kPkcs12, size_as<d2i_PKCS12, PKCS12_free>},
    DerForm{Form::kPkcs7, size_as<d2i_PKCS7, PKCS7_free>},
    DerForm{Form::kSigningRequest, size_as<d2i_X509_REQ, X509_REQ_free>},
    DerForm{Form::kRevocationList, size_as<d2i_X509_CRL, X509_CRL_free>},
    DerForm{Form::kPublicKey, size_as<d2i_PUBKEY, EVP_PKEY_free>},
};

struct DerValue {
  Form form;
  Secret der;
  std::size_t size;  ///< size of what it was read from
};

/// Reads the value at the begin of `der`.
std::optional<DerValue> value_of_der(std::string_view der) {
  for (const DerForm& each : kDerForms) {
    if (const std::size_t size = each.size(der); size > 0)
      return DerValue{each.form, Secret(der.substr(0, size)), size};
  }
  auto key = pkcs8_as_version_1(der);
  const bool readable = key && size_as<d2i_AutoPrivateKey, EVP_PKEY_free>(key->der.expose()) > 0;
  return readable ? std::optional(DerValue{Form::kPrivateKey, std::move(key->der), key->size}) : std::nullopt;
}

bool ends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Returns whether a message may show `label`: labels are capital letters. Other text might be a piece of a key whose
/// BEGIN line is damaged.
bool may_be_shown_as_label(std::string_view label) noexcept {
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || c == ' ' || c == '#' || (c >= '0' && c <= '9'); });
}

std::string place(const Piece& piece) {
  const std::string block = "block " + std::to_string(piece.number);
  return may_be_shown_as_label(piece.label) ? block + ", " + piece.label : block;
}

Error damaged(const Piece& piece, const PemText& text, const MaterialField& field) {
  const std::string what = piece.label.find("CERTIFICATE") != std::string::npos ? "certificate" : "block";
  const std::string begin = "holds a damaged " + what + " (" + place(piece) + "): ";
  if (text.ended) {
    const bool lost_escapes = text.body.substr(0, 4) == "nMII";
    return material_error(field,
                          begin + (lost_escapes ? "each of its line ends has become the letter n"
                                                : "what is between BEGIN and END is not what it was"),
                          kCopyAgain);
  }
  if (text.body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return material_error(field, begin + "nothing is behind its BEGIN line",
                          "Give the path of the file, or write each line end as \\n: a line of an --env-file or an "
                          "EnvironmentFile ends at the first line end.");
  }
  return material_error(field, begin + "its END line is missing", kCopyAgain);
}

struct OtherTrade {
  std::string_view begin;  ///< begin of the label
  std::string_view name;
};

constexpr std::array kOtherTrades{
    OtherTrade{"OPENSSH", "a key of OpenSSH"},
    OtherTrade{"SSH2", "a key for SSH"},
    OtherTrade{"PGP", "a part of PGP"},
    OtherTrade{"TSS2", "a key that only a TPM can use"},
    OtherTrade{"PKCS#11", "a pointer to a PKCS #11 token, which is given by its URI (pkcs11:...) instead"},
};

std::string_view name_of_other_trade(std::string_view label) noexcept {
  const auto found = std::find_if(kOtherTrades.begin(), kOtherTrades.end(), [label](const OtherTrade& each) {
    return label.substr(0, each.begin.size()) == each.begin;
  });
  return found != kOtherTrades.end() ? found->name : std::string_view();
}

/// Returns the form of a block whose content nobody reads here.
std::optional<Form> form_of_label(std::string_view label) {
  if (ends_with(label, "PARAMETERS")) return Form::kKeyParameters;
  const bool known = ends_with(label, "CERTIFICATE") || ends_with(label, "CERTIFICATE REQUEST") ||
                     label == "X509 CRL" || label == "PKCS7" || label == "CMS" || label == "PKCS12" ||
                     ends_with(label, "PUBLIC KEY") || ends_with(label, "PRIVATE KEY");
  return !known || !name_of_other_trade(label).empty() ? std::optional(Form::kOther) : std::nullopt;
}

using Pieces = std::vector<Piece>;

/// A program that wraps any file in a PEM block may have been given one that was PEM before.
Result<void> add_wrapped_pem(const Secret& text, const MaterialField& field, Pieces& pieces) {
  auto inner = pieces_of(text, field);
  if (!inner) return std::move(inner).error();
  std::move(inner->begin(), inner->end(), std::back_inserter(pieces));
  return {};
}

Result<void> add_pem(const PemText& text, const MaterialField& field, Pieces& pieces) {
  Piece piece{Form::kOther, pieces.size() + 1, std::string(text.label), {}, {}};
  if (!text.ended) return damaged(piece, text, field);
  if (const auto form = form_of_label(text.label)) {
    piece.form = *form;
    pieces.push_back(std::move(piece));
    return {};
  }
  auto content = decode_pem_body(text.body);
  if (!content) return damaged(piece, text, field);
  if (!content->encryption.empty()) {
    piece.form = Form::kEncryptedPrivateKey;
    piece.der = std::move(content->der);
    piece.encryption = std::move(content->encryption);
  } else if (auto value = value_of_der(content->der.expose())) {
    piece.form = value->form;
    piece.der = std::move(value->der);
  } else if (!find_pem_texts(content->der.expose()).empty()) {
    return add_wrapped_pem(content->der, field, pieces);
  } else {
    return damaged(piece, text, field);
  }
  pieces.push_back(std::move(piece));
  return {};
}

Error damaged_der(const MaterialField& field) {
  return material_error(field, "holds DER data (ASN.1) that is damaged or cut, or of a kind unknown here", kCopyAgain);
}

/// Takes the DER values off the begin of `bytes`, and the blanks or line ends around them.
Result<void> add_der(std::string_view& bytes, const MaterialField& field, Pieces& pieces) {
  const auto skip_blanks = [&bytes] {
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  };
  for (skip_blanks(); bytes.size() > 1 && bytes[0] == '\x30'; skip_blanks()) {
    auto value = value_of_der(bytes);
    const bool is_text = static_cast<unsigned char>(bytes[1]) < 0x80;
    if (!value && is_text) return {};
    if (!value) return damaged_der(field);
    pieces.push_back({value->form, pieces.size() + 1, {}, std::move(value->der), {}});
    bytes.remove_prefix(value->size);
  }
  return {};
}

Result<Pieces> pieces_of_der(std::string_view bytes, const MaterialField& field) {
  Pieces pieces;
  if (auto added = add_der(bytes, field, pieces); !added) return std::move(added).error();
  if (pieces.empty()) return damaged_der(field);
  if (!bytes.empty()) return material_error(field, "holds other data behind its DER content", kCopyAgain);
  return pieces;
}

/// DER values may stand before, between and behind the blocks; other text there is passed over.
Result<Pieces> pieces_of_pem(std::string_view content, const std::vector<PemText>& texts, const MaterialField& field) {
  Pieces pieces;
  pieces.reserve(texts.size());
  for (const PemText& text : texts) {
    std::string_view before = content.substr(0, static_cast<std::size_t>(text.whole.data() - content.data()));
    content.remove_prefix(before.size() + text.whole.size());
    if (auto added = add_der(before, field, pieces); !added) return std::move(added).error();
    if (auto added = add_pem(text, field, pieces); !added) return std::move(added).error();
  }
  if (auto added = add_der(content, field, pieces); !added) return std::move(added).error();
  return pieces;
}

/// Returns whether `bytes` are a SEQUENCE. A text may begin like a short one, but has not got just its length.
bool is_der(std::string_view bytes) noexcept {
  if (bytes.size() < 2 || bytes[0] != '\x30') return false;
  const auto length = static_cast<unsigned char>(bytes[1]);
  const std::size_t size = bytes.find_last_not_of(" \t\r\n") + 1;
  return length >= 0x80 || (size <= length + 2U && length + 2U <= bytes.size());
}

std::string_view name_of(Form form) noexcept {
  switch (form) {
    case Form::kCertificate: return "a certificate";
    case Form::kPkcs7: return "a PKCS #7 container";
    case Form::kPkcs12: return "a PKCS #12 file";
    case Form::kPrivateKey: return "a private key";
    case Form::kEncryptedPrivateKey: return "an encrypted private key";
    case Form::kSigningRequest: return "a certificate signing request";
    case Form::kPublicKey: return "a public key";
    case Form::kRevocationList: return "a certificate revocation list";
    case Form::kKeyParameters: return "parameters of a key";
    case Form::kOther: break;
  }
  return "something else";
}

}  // namespace

Result<std::vector<Piece>> pieces_of(const Secret& bytes, const MaterialField& field) {
  const ClearErrorsOnExit clear_errors;
  const Secret content = plain_form(bytes);
  const auto texts = find_pem_texts(content.expose());
  if (has_end_without_begin(content.expose(), texts)) {
    return material_error(field, "holds a damaged block: an END line is there, but its BEGIN line is not", kCopyAgain);
  }
  if (!texts.empty()) return pieces_of_pem(content.expose(), texts, field);
  if (is_der(content.expose())) return pieces_of_der(content.expose(), field);
  return foreign_form(content.expose(), field);
}

bool is_private_key(const Piece& piece) noexcept {
  return piece.form == Form::kPrivateKey || piece.form == Form::kEncryptedPrivateKey;
}

std::string to_text(const Piece& piece) {
  const std::string_view trade = name_of_other_trade(piece.label);
  const std::string text(trade.empty() ? name_of(piece.form) : trade);
  return piece.label.empty() ? text + " (DER)" : text + " (" + place(piece) + ")";
}

CredentialWarning unused_warning(const MaterialField& field, const std::string& what) {
  return {std::string(field.option) + " holds " + what + ", which is not used.",
          "Take it out of the file, if nothing else needs it there."};
}

void warn_of_unused(const std::vector<Piece>& pieces, std::initializer_list<Form> used, const MaterialField& field,
                    std::vector<CredentialWarning>& warnings) {
  for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
    const auto next = std::next(piece);
    const bool of_a_key = piece->form == Form::kKeyParameters && next != pieces.end() && is_private_key(*next);
    const bool is_used = std::find(used.begin(), used.end(), piece->form) != used.end();
    if (!of_a_key && !is_used) warnings.push_back(unused_warning(field, to_text(*piece)));
  }
}

}  // namespace easypost_connect::internal
