// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// A PEM option of the client: its name in ClientOptions, the variable that sets it, and whose fault a bad one is.
struct PemField {
  std::string_view option;
  std::string_view variable;
  Factor factor;
};

inline constexpr PemField kCertificateField{"client_certificate.certificate", "EASYPOST_CONNECT_CLIENT_CERT",
                                            Factor::kClientCertificate};
inline constexpr PemField kPrivateKeyField{"client_certificate.private_key", "EASYPOST_CONNECT_CLIENT_KEY",
                                           Factor::kClientCertificate};
inline constexpr PemField kServerCaField{"server_ca", "EASYPOST_CONNECT_CA_FILE", Factor::kServerCertificate};

/// kInvalidCredential about one field: what is wrong with it and what to do.
Error pem_error(const PemField& field, std::string_view problem, std::string_view remedy);

/// All certificates of a PEM source, in order; at least one.
Result<std::vector<CertificatePtr>> load_certificates(const TlsMaterial& source, const PemField& field);

/// The private key. An encrypted one needs `passphrase`; nobody is asked for it on a terminal.
Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const PemField& field);

}  // namespace easypost_connect::internal
