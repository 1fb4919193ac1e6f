// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "identity/certificate_checks.hpp"
#include "identity/handshake_state.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

/// Makes a context as libcurl sets it up for the transport: TLS 1.2 or later, and all else as the system has it.
SslContextPtr make_context() {
  SslContextPtr context(made(SSL_CTX_new(TLS_method())));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  return context;
}

/// A security level of OpenSSL takes at least this (SSL_CTX_set_security_level(3); NIST SP 800-57, part 1, table 2).
struct Strength {
  const char* keys;
  const char* digest;
};

Strength least_strength(const SSL_CTX* context) {
  switch (SSL_CTX_get_security_level(context)) {
    case 3: return {"P-256 (easypost-connect csr --key-type p256), P-384 or RSA with 3072 bits", "SHA-256"};
    case 4: return {"P-384 or RSA with 7680 bits (openssl genpkey)", "SHA-384"};
    case 5: return {"P-521 or RSA with 15360 bits (openssl genpkey)", "SHA-512"};
    default: return {"RSA with 2048 bits or P-256 (easypost-connect csr)", "SHA-256"};
  }
}

std::string new_key(const SSL_CTX* context) {
  return std::string("Make a new key, ") + least_strength(context).keys +
         ", and get a new certificate from the Portal.";
}

/// Says "too weak for the security level 2 that this machine's OpenSSL is set to".
std::string too_weak(const SSL_CTX* context) {
  return "too weak for the security level " + std::to_string(SSL_CTX_get_security_level(context)) +
         " that this machine's OpenSSL is set to";
}

/// Writes "key (RSA, 1024 bits)" or "key (EC, curve secp256k1)".
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
  const std::string with = std::string("signed with ") + least_strength(context).digest + " or better";
  const std::string remedy = own ? "Get a new certificate from the Portal, " + with + "."
                                 : "Get this certificate anew, " + with + "; or leave it out, if the server has it.";
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
      return material_error(kCertificateField, which + " has a " + key + " that is " + too_weak(context),
                            new_key(context));
    case SSL_R_CA_KEY_TOO_SMALL:
      return material_error(kCertificateField, which + " has a " + key + " that is " + too_weak(context),
                            "Get a certificate from an authority with a longer key; or leave this one out, if the "
                            "server has it.");
    case SSL_R_UNKNOWN_CERTIFICATE_TYPE:
      return material_error(kCertificateField, which + " has a " + key + " of a type that TLS cannot use",
                            new_key(context));
    default: {
      const char* text = ERR_reason_error_string(reason);
      return material_error(kCertificateField,
                            which + " is refused by OpenSSL: " + (text != nullptr ? text : "no reason given"),
                            "Check that certificate and key are whole, and come from the Portal.");
    }
  }
}

/// TLS 1.3 proves a key with one of these schemes (RFC 8446, section 4.2.3; RFC 8734 is left out: OpenSSL has it since
/// 3.2 only).
constexpr const char* kSchemesOfTls13 =
    "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed25519:ed448:rsa_pss_rsae_sha256:"
    "rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512";

enum class Proof { kGiven, kNoScheme, kCannotSign, kDoesNotFit };

/// Client and server in one place. Both show this certificate, and the server asks for the client's.
struct Rehearsal {
  SslPtr client;
  SslPtr server;
};

/// The client begins with a group that the server does not have, so that the server's first answer is the request for
/// another one (RFC 8446, section 4.1.4). By then it has chosen its signature scheme, and has signed nothing.
Rehearsal make_rehearsal(SSL_CTX* context) {
  Rehearsal both{SslPtr(made(SSL_new(context))), SslPtr(made(SSL_new(context)))};
  for (SSL* each : {both.client.get(), both.server.get()}) SSL_set_min_proto_version(each, TLS1_3_VERSION);
  SSL_set1_groups_list(both.client.get(), "P-384:P-256");
  SSL_set1_groups_list(both.server.get(), "P-256");
  SSL_set_verify(both.server.get(), SSL_VERIFY_PEER, nullptr);
  SSL_set_connect_state(both.client.get());
  SSL_set_accept_state(both.server.get());
  BIO* client_side = nullptr;
  BIO* server_side = nullptr;
  done(BIO_new_bio_pair(&client_side, 0, &server_side, 0));
  SSL_set_bio(both.client.get(), client_side, client_side);
  SSL_set_bio(both.server.get(), server_side, server_side);
  return both;
}

/// Returns whether this side has not failed, and has said what it can for now.
bool goes_on(SSL* side) {
  ERR_clear_error();
  const int result = SSL_do_handshake(side);
  return result == 1 || SSL_get_error(side, result) != SSL_ERROR_SSL;
}

/// Lets both sides speak in turn. Returns the one that has failed, whose reason is in OpenSSL's queue; null when none
/// has.
const SSL* speak(const Rehearsal& both, int turns) {
  for (int turn = 0; turn < turns; ++turn) {
    for (SSL* side : {both.client.get(), both.server.get()}) {
      if (!goes_on(side)) return side;
    }
  }
  return nullptr;
}

/// The server's signature is checked by the client. The server knows no authority, and thus refuses the certificate of
/// a client that has shown one, but not one that has nothing to show, because no scheme is left to it.
Proof prove(SSL_CTX* context, bool may_sign) {
  constexpr int kTurnsOfHandshake = 16;  // Few suffice, unless the certificate is a very long one.
  const Rehearsal both = make_rehearsal(context);
  const SSL* failed = speak(both, may_sign ? kTurnsOfHandshake : 1);
  const int reason = failed != nullptr ? ERR_GET_REASON(ERR_peek_last_error()) : 0;
  // The former when the curve of the key decides: the server then does not speak TLS 1.3 at all.
  if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM) return Proof::kNoScheme;
  if (failed == nullptr) {
    const bool is_over = SSL_is_init_finished(both.server.get()) == 1;
    return is_over && SSL_get0_peer_certificate(both.server.get()) == nullptr ? Proof::kNoScheme : Proof::kGiven;
  }
  if (is_in_state(failed, kWritesServerProof) || is_in_state(failed, kWritesClientProof)) return Proof::kCannotSign;
  return is_in_state(failed, kReadsServerProof) ? Proof::kDoesNotFit : Proof::kGiven;
}

Error no_scheme(SSL_CTX* context, const X509* own, bool may_sign) {
  SSL_CTX_set1_sigalgs_list(context, kSchemesOfTls13);
  SSL_CTX_set1_client_sigalgs_list(context, kSchemesOfTls13);
  if (prove(context, may_sign) == Proof::kNoScheme) {
    return material_error(
        kCertificateField,
        "has a " + key_of(own) + " for which TLS 1.3 has no signature scheme (RFC 8446, section 4.2.3)",
        new_key(context));
  }
  return material_error(kCertificateField,
                        "has a " + key_of(own) +
                            " for which this machine's OpenSSL configuration (openssl.cnf: SignatureAlgorithms, "
                            "ClientSignatureAlgorithms) leaves no signature scheme of TLS 1.3",
                        "Add the scheme of the key to that setting (RSA: rsa_pss_rsae_sha256; P-256: "
                        "ecdsa_secp256r1_sha256; P-384: ecdsa_secp384r1_sha384), or remove the setting.");
}

Error cannot_sign(const SSL_CTX* context, const X509* own) {
  if (EVP_PKEY_get_base_id(X509_get0_pubkey(own)) == EVP_PKEY_RSA_PSS) {
    const char* text = ERR_reason_error_string(ERR_peek_error());
    return material_error(kCertificateField,
                          "has a " + key_of(own) +
                              " that cannot sign as TLS wants it: its own parameters forbid that, " +
                              "or it is damaged (OpenSSL: " + (text != nullptr ? text : "no reason given") + ")",
                          new_key(context));
  }
  return material_error(
      kPrivateKeyField, "is the key of the certificate, but is damaged or incomplete: it cannot sign",
      "Copy the key again, whole and unchanged. An RSA key needs all of its numbers: also the primes, "
      "not n, e and d alone.");
}

}  // namespace

Result<void> try_in_tls(const CertificateAndKey& identity, bool may_sign) {
  const ClearErrorsOnExit clear_errors;
  const SslContextPtr context = make_context();
  X509* const own = identity.certificates.front().get();
  // One certificate above the client's own is tried at a time: OpenSSL does not say which of them it refuses.
  for (const CertificatePtr& certificate : identity.certificates) {
    const ChainPtr above(made(sk_X509_new_null()));
    if (certificate.get() != own) done(sk_X509_push(above.get(), certificate.get()));
    if (SSL_CTX_use_cert_and_key(context.get(), own, identity.key.get(), above.get(), /*override=*/1) == 1) continue;
    return refusal(context.get(), certificate.get(), certificate.get() == own);
  }
  switch (prove(context.get(), may_sign)) {
    case Proof::kGiven: return {};
    case Proof::kNoScheme: return no_scheme(context.get(), own, may_sign);
    case Proof::kCannotSign: return cannot_sign(context.get(), own);
    case Proof::kDoesNotFit: break;
  }
  return material_error(
      kPrivateKeyField, "is damaged: its signature does not fit its own certificate",
      "Copy the key again, whole and unchanged, from where the certificate signing request was made.");
}

bool is_taken_by_tls(X509* certificate, bool own) {
  const ClearErrorsOnExit clear_errors;
  const SslContextPtr context = make_context();
  return (own ? SSL_CTX_use_certificate(context.get(), certificate)
              : SSL_CTX_add1_chain_cert(context.get(), certificate)) == 1;
}

}  // namespace easypost_connect::internal
