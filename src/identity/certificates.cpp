// SPDX-License-Identifier: Apache-2.0
#include "identity/certificates.hpp"

#include <openssl/pkcs7.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "identity/pkcs12.hpp"

namespace easypost_connect::internal {
namespace {

using Pkcs7Ptr = std::unique_ptr<PKCS7, OpenSslFree<PKCS7_free>>;
using Certificates = std::vector<CertificatePtr>;

/// With the trust settings that OpenSSL's own TRUSTED CERTIFICATE carries: a store heeds them.
CertificatePtr certificate_of(const Piece& piece) {
  const std::string_view der = piece.der.expose();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto size = static_cast<long>(der.size());
  return CertificatePtr(piece.label == "TRUSTED CERTIFICATE" ? d2i_X509_AUX(nullptr, &bytes, size)
                                                             : d2i_X509(nullptr, &bytes, size));
}

const STACK_OF(X509) * certificates_of(const PKCS7* container) noexcept {
  if (container == nullptr || container->d.ptr == nullptr) return nullptr;
  if (PKCS7_type_is_signed(container)) return container->d.sign->cert;
  return nullptr;
}

std::optional<Error> add_pkcs12(const Piece& piece, const MaterialField& field, Certificates& certificates) {
  if (field.factor != Factor::kServerCertificate) {
    return material_error(field, "holds " + to_text(piece) + " beside other blocks", "Give it in a file of its own.");
  }
  auto found = parse_trust_store(piece.der, field);
  if (!found) return std::move(found).error();
  std::move(found->begin(), found->end(), std::back_inserter(certificates));
  return std::nullopt;
}

std::optional<Error> add_pkcs7(const Piece& piece, const MaterialField& field, Certificates& certificates) {
  const std::string_view der = piece.der.expose();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const Pkcs7Ptr container(d2i_PKCS7(nullptr, &bytes, static_cast<long>(der.size())));
  const STACK_OF(X509)* const found = certificates_of(container.get());
  if (found == nullptr || sk_X509_num(found) == 0) {
    return material_error(field, "holds " + to_text(piece) + " without certificates",
                          "Export it again, with the certificates of the chain.");
  }
  for (int i = 0; i < sk_X509_num(found); ++i) {
    X509* const certificate = sk_X509_value(found, i);
    X509_up_ref(certificate);
    certificates.emplace_back(certificate);
  }
  return std::nullopt;
}

std::optional<Error> add(const Piece& piece, const MaterialField& field, Certificates& certificates) {
  if (piece.form == Form::kPkcs7) return add_pkcs7(piece, field, certificates);
  if (piece.form == Form::kPkcs12) return add_pkcs12(piece, field, certificates);
  if (piece.form == Form::kOther) {
    return material_error(field, "holds " + to_text(piece) + ", which cannot be used",
                          "Remove that block, or convert it.");
  }
  if (piece.form != Form::kCertificate) return std::nullopt;
  auto certificate = certificate_of(piece);
  if (!certificate) {
    return material_error(field, "holds a damaged certificate (" + to_text(piece) + ")",
                          "Copy the PEM text again, whole and unchanged.");
  }
  certificates.push_back(std::move(certificate));
  return std::nullopt;
}

}  // namespace

Result<Certificates> certificates_in(const std::vector<Piece>& pieces, const MaterialField& field) {
  const ClearErrorsOnExit clear_errors;
  Certificates certificates;
  for (const Piece& piece : pieces) {
    if (auto error = add(piece, field, certificates)) return *std::move(error);
  }
  if (!certificates.empty()) return certificates;
  return material_error(field, "holds no certificate, but " + to_text(pieces.front()),
                        "Give the PEM file that begins with -----BEGIN CERTIFICATE-----, as the Portal returned it.");
}

Result<Certificates> parse_certificates(const Secret& content, const MaterialField& field) {
  const auto pieces = pieces_of(content, field);
  return pieces ? certificates_in(*pieces, field) : pieces.error();
}

Result<Certificates> load_certificates(const TlsMaterial& source, const MaterialField& field,
                                       std::vector<CredentialWarning>* warnings) {
  const auto content = read_material(source, field);
  if (!content) return content.error();
  const auto pieces = pieces_of(*content, field.of(source));
  if (!pieces) return pieces.error();
  if (warnings != nullptr) warn_of_unused(*pieces, {Form::kCertificate, Form::kPkcs7, Form::kPkcs12}, field, *warnings);
  return certificates_in(*pieces, field.of(source));
}

}  // namespace easypost_connect::internal
