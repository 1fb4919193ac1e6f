// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "core/openssl_handles.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {

struct Pkcs12Key {
  KeyPtr key;
  std::string alias;  ///< the friendlyName (UTF-8) without control characters; may be empty
};

/// The contents of a PKCS #12 file (RFC 7292), in its order. Key stores of Java are such files too: they may hold
/// several keys, or none.
struct Pkcs12Contents {
  std::vector<Pkcs12Key> keys;
  std::vector<CertificatePtr> certificates;
  std::vector<std::string> others;  ///< things that nobody uses here, such as "a secret key or password"
};

/// Checks the integrity of a file, if it has a MAC, and decrypts all of it. A file that is protected by an empty
/// passphrase opens with any.
Result<Pkcs12Contents> open_pkcs12(const Secret& der, const Secret& passphrase, const MaterialField& field);

}  // namespace easypost_connect::internal
