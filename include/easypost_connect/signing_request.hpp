// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/error.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect {

enum class KeyType {
  kRsa2048,  ///< the EasyPost authentication guide makes this one
  kP256,     ///< smaller and faster; ask EasyPost first, the guide shows RSA only
};

/// Says for whom a certificate is asked, and with which kind of key. Texts are UTF-8; their greatest lengths are those
/// of X.520 (RFC 5280, appendix A.1). An empty text is left out.
struct SigningRequestOptions {
  std::string common_name{};  ///< required; free to choose, 64 characters
  std::string organization{};
  std::string organizational_unit{};
  std::string locality{};
  std::string state{};
  std::string country{};  ///< two letters (ISO 3166)
  KeyType key_type = KeyType::kRsa2048;
  Secret passphrase{};  ///< encrypts the key; empty: it is not encrypted
};

/// The request to send to the Portal, and the key to keep.
struct SigningRequest {
  std::string csr;     ///< PEM (PKCS #10, RFC 2986), signed with SHA-256
  Secret private_key;  ///< PEM (PKCS #8, RFC 5958); with a passphrase AES-256, the key derived by PBKDF2-HMAC-SHA256
};

/// Makes a new private key and a certificate signing request for it; `openssl req -verify` accepts it. RSA-2048 takes
/// some 50 ms (measured). Writes no file and sends nothing. May be called from any thread. The Error (kInvalidOption)
/// names the member that cannot be used.
[[nodiscard]] EASYPOST_CONNECT_EXPORT Result<SigningRequest> make_signing_request(const SigningRequestOptions& options);

struct SigningRequestFiles {
  std::string private_key{};      ///< path; only the owner may read and write the file (0600)
  std::string signing_request{};  ///< path; everybody may read the file
  /// Whether files that are there are replaced. A replaced key is gone, and with it the use of its certificate.
  bool replace = false;
};

/// Writes both files, or neither: each appears whole under its name, or not at all, and with `replace` the old request
/// comes back if the key cannot be written. What is there already, a symbolic link included, is never written through,
/// and is kept unless `replace` says otherwise. Succeeds only if both are there.
[[nodiscard]] EASYPOST_CONNECT_EXPORT Result<void> write_signing_request(const SigningRequest& request,
                                                                         const SigningRequestFiles& files);

}  // namespace easypost_connect
