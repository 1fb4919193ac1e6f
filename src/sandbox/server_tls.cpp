// SPDX-License-Identifier: Apache-2.0
#include "sandbox/server_tls.hpp"

#include <openssl/pem.h>

namespace easypost_connect::sandbox {
namespace {

BioHandle reader_of(const std::string& text) {
  return BioHandle(checked(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "reading PEM"));
}

PrivateKeyHandle parse_private_key(const std::string& pem) {
  const BioHandle bio = reader_of(pem);
  return PrivateKeyHandle(
      checked(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), "reading a private key"));
}

int accept_any(X509_STORE_CTX*, void*) noexcept { return 1; }

}  // namespace

CertificateHandle parse_certificate(const std::string& pem) {
  const BioHandle bio = reader_of(pem);
  return CertificateHandle(checked(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), "reading a certificate"));
}

void configure(SSL_CTX& context, const ServerTls& tls) {
  checked(SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION), "setting the lowest TLS version");
  SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(&context, SSL_MODE_NO_AUTO_CHAIN);  // or it would send its authority along, if it trusts it
  const CertificateHandle certificate = parse_certificate(tls.identity.certificate);
  const PrivateKeyHandle key = parse_private_key(tls.identity.private_key);
  checked(SSL_CTX_use_certificate(&context, certificate.get()), "using the server certificate");
  checked(SSL_CTX_use_PrivateKey(&context, key.get()), "using the server key");

  // Without a name for its sessions, OpenSSL fails a client that resumes one on a listener that verifies certificates.
  static constexpr unsigned char kSessions[] = "easypost-connect-sandbox";
  checked(SSL_CTX_set_session_id_context(&context, kSessions, sizeof kSessions), "naming the sessions");

  switch (tls.client_certificates) {
    case ClientCertificates::kRequired: tls.trusted_authorities->demand_in(context); break;
    case ClientCertificates::kUnasked: break;
    case ClientCertificates::kNoticed:
      SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
      SSL_CTX_set_cert_verify_callback(&context, accept_any, nullptr);
      break;
  }
}

std::string client_common_name(const SSL& ssl) {
  X509* const certificate = SSL_get0_peer_certificate(&ssl);
  if (certificate == nullptr) return "";
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int position = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (position < 0) return "";
  const ASN1_STRING* name = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, position));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
          static_cast<std::size_t>(ASN1_STRING_length(name))};
}

bool has_client_certificate(const SSL& ssl) noexcept { return SSL_get0_peer_certificate(&ssl) != nullptr; }

}  // namespace easypost_connect::sandbox
