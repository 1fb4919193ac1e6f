// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_checks.hpp"

#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include <utility>

#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kNewCertificate =
    "Make a new key and certificate signing request, and get a new certificate from the Portal.";
constexpr const char* kRightCertificate =
    "Give the certificate that the Portal made for the Connect API, not that of a server.";

Result<void> check_time(const X509* leaf, WallTime now) {
  const ASN1_TIME* begin = X509_get0_notBefore(leaf);
  const ASN1_TIME* end = X509_get0_notAfter(leaf);
  if (!to_wall_time(begin) || !to_wall_time(end)) {
    return material_error(kCertificateField, "holds a date that is none (RFC 5280, section 4.1.2.5)", kNewCertificate);
  }
  if (is_over(leaf, now)) {
    return material_error(kCertificateField, "expired on " + to_text(end), kNewCertificate);
  }
  if (is_yet_to_come(leaf, now)) {
    return material_error(kCertificateField, "is not valid before " + to_text(begin),
                          "Check the clock of this machine.");
  }
  return {};
}

/// OpenSSL and others refuse such a key of a peer, whatever the curve is.
bool has_unnamed_curve(const X509* certificate) {
  int is_explicit = 0;
  return EVP_PKEY_get_int_param(X509_get0_pubkey(certificate), OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                                &is_explicit) == 1 &&
         is_explicit == 1;
}

Result<void> check_curve(const X509* leaf) {
  if (!has_unnamed_curve(leaf)) return {};
  return material_error(kCertificateField,
                        "spells out the curve of its key instead of naming it (RFC 5480, section 2.1.1), and servers "
                        "refuse that",
                        "Make a new key on P-256 (easypost-connect csr), and get a new certificate from the Portal.");
}

bool is_authority(X509* certificate) noexcept { return (X509_get_extension_flags(certificate) & EXFLAG_CA) != 0; }

/// Returns the first critical extension that OpenSSL does not know; empty when there is none.
std::string unknown_critical_extension(const X509* certificate) {
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    auto* extension = X509_get_ext(certificate, i);  // const with OpenSSL 4
    if (X509_EXTENSION_get_critical(extension) == 0 || X509_supported_extension(extension) == 1) continue;
    char number[80] = {};
    OBJ_obj2txt(number, sizeof number, X509_EXTENSION_get_object(extension), /*no_name=*/1);
    return number;
  }
  return {};
}

void doubt_critical_extension(const X509* certificate, const std::string& which,
                              std::vector<CredentialWarning>& doubts) {
  const std::string extension = unknown_critical_extension(certificate);
  if (extension.empty()) return;
  doubts.push_back({which + " holds the critical extension " + extension +
                        ", which OpenSSL does not know. A server that does not know it either refuses the certificate.",
                    "If it is refused, get a new certificate in which that extension is not critical."});
}

std::string name_of(const X509* certificate) { return '"' + to_text(X509_get_subject_name(certificate)) + '"'; }

void doubt_leaf(X509* leaf, std::vector<CredentialWarning>& doubts) {
  const std::string which = "The client's own certificate " + name_of(leaf);
  if ((X509_get_extended_key_usage(leaf) & XKU_SSL_CLIENT) == 0) {
    doubts.push_back({which +
                          " has the purpose anyExtendedKeyUsage without clientAuth. Servers that use OpenSSL refuse "
                          "it.",
                      "Get a new certificate with the purpose clientAuth."});
  }
  if ((X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0) {
    doubts.push_back({which +
                          " lacks the key usage digitalSignature (it has keyAgreement), by which TLS 1.3 proves the "
                          "key. Some servers refuse it.",
                      "Get a new certificate whose key usage holds digitalSignature."});
  }
  if (is_authority(leaf)) {
    doubts.push_back({which +
                          " is that of an authority: with its key anybody can issue certificates. Some servers refuse "
                          "it as a client's.",
                      "Get a certificate for the client alone."});
  }
  doubt_critical_extension(leaf, which, doubts);
}

void doubt_issuer(X509* issuer, WallTime now, std::vector<CredentialWarning>& doubts) {
  const std::string which = "The certificate " + name_of(issuer) + " above the client's own";
  const std::string renew = "Put the renewed one into client_certificate.certificate, or none if the server has it.";
  if (is_over(issuer, now)) {
    doubts.push_back({which + " expired on " + to_text(X509_get0_notAfter(issuer)) +
                          ". A server that has no newer one refuses the chain.",
                      renew});
  }
  if (is_yet_to_come(issuer, now)) {
    doubts.push_back({which + " is not valid before " + to_text(X509_get0_notBefore(issuer)) +
                          ". A server that has no older one refuses the chain.",
                      "Check the clock of this machine. " + renew});
  }
  if (X509_check_ca(issuer) == 0) {
    doubts.push_back({which +
                          " is not that of an authority (it lacks the basic constraint CA). Servers refuse the chain, "
                          "unless they trust this one itself.",
                      "Get the chain from the authority again."});
  }
  if (has_unnamed_curve(issuer)) {
    doubts.push_back({which +
                          " spells out the curve of its key instead of naming it (RFC 5480, section 2.1.1). Servers "
                          "refuse the chain, unless they trust this one itself.",
                      "Get the chain from the authority again, with a named curve."});
  }
  doubt_critical_extension(issuer, which, doubts);
}

}  // namespace

Result<void> check_leaf(X509* leaf, WallTime now) {
  const ClearErrorsOnExit clear_errors;
  if (auto checked = check_time(leaf, now); !checked) return checked;
  if (auto checked = check_purpose(leaf); !checked) return checked;
  return check_curve(leaf);
}

Result<void> check_purpose(X509* leaf) {
  if (X509_check_purpose(leaf, X509_PURPOSE_SSL_CLIENT, /*ca=*/0) == 1) return {};
  if ((X509_get_extension_flags(leaf) & EXFLAG_INVALID) != 0) {
    return material_error(kCertificateField, "holds an extension that cannot be read, or holds one twice",
                          "Copy the certificate again, whole and unchanged, or get a new one from the Portal.");
  }
  const std::uint32_t purposes = X509_get_extended_key_usage(leaf);
  if ((purposes & (XKU_SSL_CLIENT | XKU_ANYEKU)) == 0) {
    return material_error(kCertificateField,
                          "is not for clients: it lacks the purpose clientAuth (its extended key usage names others)",
                          kRightCertificate);
  }
  if ((X509_get_key_usage(leaf) & (KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT)) == 0) {
    return is_authority(leaf)
               ? material_error(
                     kCertificateField, "is the certificate of an authority: its key usage lacks digitalSignature",
                     "Give the client's own certificate and key, and the authority's behind it or not at all.")
               : material_error(kCertificateField,
                                "is not for clients: its key usage lacks digitalSignature, by which a client proves "
                                "that it has the key",
                                "Get a new certificate whose key usage holds digitalSignature.");
  }
  if ((purposes & XKU_SSL_CLIENT) == 0) return {};  // any purpose: doubt_leaf()
  return material_error(kCertificateField, "is not for clients: its Netscape certificate type lacks \"SSL Client\"",
                        kRightCertificate);
}

void doubt_chain(const std::vector<CertificatePtr>& chain, WallTime now, std::vector<CredentialWarning>& warnings) {
  const ClearErrorsOnExit clear_errors;
  doubt_leaf(chain.front().get(), warnings);
  for (std::size_t i = 1; i < chain.size(); ++i) doubt_issuer(chain[i].get(), now, warnings);
}

}  // namespace easypost_connect::internal
