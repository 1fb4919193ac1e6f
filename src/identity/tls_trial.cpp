// SPDX-License-Identifier: Apache-2.0
#include "identity/tls_trial.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "identity/distinguished_name.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, OpenSslFree<SSL_CTX_free>>;
using ConnectionPtr = std::unique_ptr<SSL, OpenSslFree<SSL_free>>;

constexpr const char* kNewKey =
    "Make a new key, RSA with 2048 bits or P-256 (easypost-connect csr), and get a new certificate from the Portal.";

/// As libcurl sets it up for the transport: TLS 1.2 or later, and all else as the system has it.
ContextPtr make_context() {
  ContextPtr context(SSL_CTX_new(TLS_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  return context;
}

/// "too weak for the security level 2 that this machine's OpenSSL is set to"
std::string too_weak(const SSL_CTX* context) {
  return "too weak for the security level " + std::to_string(SSL_CTX_get_security_level(context)) +
         " that this machine's OpenSSL is set to";
}

/// "key (RSA, 1024 bits)", "key (EC, curve secp256k1)"
std::string key_of(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  const char* type = key != nullptr ? EVP_PKEY_get0_type_name(key) : nullptr;
  if (type == nullptr) return "key (of an unknown type)";
  char curve[80] = {};
  const bool has_curve = EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr) == 1;
  return std::string("key (") + type +
         (has_curve ? std::string(", curve ") + curve : ", " + std::to_string(EVP_PKEY_get_bits(key)) + " bits") + ")";
}

std::string algorithm_of_signature(const X509* certificate) {
  const X509_ALGOR* algorithm = X509_get0_tbs_sigalg(certificate);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  char text[80] = {};
  OBJ_obj2txt(text, sizeof text, object, /*no_name=*/0);
  return text;
}

/// OpenSSL takes an algorithm that it does not know for one of no strength.
Error refused_signature(const SSL_CTX* context, X509* certificate, const std::string& which, bool own) {
  const std::string remedy =
      own ? "Get a new certificate from the Portal, signed with SHA-256 or better."
          : "Get this certificate anew, signed with SHA-256 or better; or leave it out, if the server has it.";
  int digest = NID_undef;
  int strength = -1;
  if (X509_get_signature_info(certificate, &digest, nullptr, &strength, nullptr) != 1) {
    return material_error(
        kCertificateField,
        which + " is signed with an algorithm that OpenSSL does not know: " + algorithm_of_signature(certificate),
        remedy);
  }
  const std::string name = digest != NID_undef ? OBJ_nid2sn(digest) : algorithm_of_signature(certificate);
  return material_error(kCertificateField, which + " is signed with " + name + ", which is " + too_weak(context),
                        remedy);
}

Error refusal(const SSL_CTX* context, X509* certificate, bool own) {
  const unsigned long reason = ERR_peek_last_error();
  const std::string subject = '"' + to_text(X509_get_subject_name(certificate)) + '"';
  const std::string which =
      own ? "the client's own certificate " + subject : "the certificate above the client's own, " + subject + ",";
  const std::string key = key_of(certificate);
  switch (ERR_GET_REASON(reason)) {
    case SSL_R_CA_MD_TOO_WEAK: return refused_signature(context, certificate, which, own);
    case SSL_R_EE_KEY_TOO_SMALL:
      return material_error(kCertificateField, which + " has a " + key + " that is " + too_weak(context), kNewKey);
    case SSL_R_CA_KEY_TOO_SMALL:
      return material_error(kCertificateField, which + " has a " + key + " that is " + too_weak(context),
                            "Get a certificate from an authority with a longer key; or leave this one out, if the "
                            "server has it.");
    case SSL_R_UNKNOWN_CERTIFICATE_TYPE:
      return material_error(kCertificateField, which + " has a " + key + " of a type that TLS cannot use", kNewKey);
    default: {
      const char* text = ERR_reason_error_string(reason);
      return material_error(kCertificateField,
                            which + " is refused by OpenSSL: " + (text != nullptr ? text : "no reason given"),
                            "Check that certificate and key are whole, and come from the Portal.");
    }
  }
}

/// Plays a server that shows this certificate, because it chooses its signature scheme as a client does, and before it
/// answers. The client begins with a group that the server does not have, so that the answer is the request for another
/// one (RFC 8446, section 4.1.4), and nothing is signed.
bool has_scheme_of_tls13(SSL_CTX* context) {
  const ConnectionPtr client(SSL_new(context));
  const ConnectionPtr server(SSL_new(context));
  for (SSL* each : {client.get(), server.get()}) SSL_set_min_proto_version(each, TLS1_3_VERSION);
  SSL_set1_groups_list(client.get(), "P-256:P-384");
  SSL_set1_groups_list(server.get(), "P-384");
  BIO* client_side = nullptr;
  BIO* server_side = nullptr;
  BIO_new_bio_pair(&client_side, 0, &server_side, 0);
  SSL_set_bio(client.get(), client_side, client_side);
  SSL_set_bio(server.get(), server_side, server_side);
  SSL_connect(client.get());
  ERR_clear_error();
  SSL_accept(server.get());
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  // The former when the curve of the key decides: the server then does not speak TLS 1.3 at all.
  return reason != SSL_R_UNSUPPORTED_PROTOCOL && reason != SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM;
}

}  // namespace

std::optional<Error> try_in_tls(const CertificateAndKey& identity) {
  const ClearErrorsOnExit clear_errors;
  const ContextPtr context = make_context();
  X509* const own = identity.certificates.front().get();
  // One above the client's own at a time: OpenSSL does not say which of them it refuses.
  for (const CertificatePtr& certificate : identity.certificates) {
    const ChainPtr above(sk_X509_new_null());
    if (certificate.get() != own) sk_X509_push(above.get(), certificate.get());
    if (SSL_CTX_use_cert_and_key(context.get(), own, identity.key.get(), above.get(), /*override=*/1) == 1) continue;
    return refusal(context.get(), certificate.get(), certificate.get() == own);
  }
  if (has_scheme_of_tls13(context.get())) return std::nullopt;
  return material_error(kCertificateField,
                        "has a " + key_of(own) + " for which TLS 1.3 has no signature scheme (RFC 8446, section 4.2.3)",
                        kNewKey);
}

}  // namespace easypost_connect::internal
