// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

struct RewrittenKey {
  Secret der;
  std::size_t size;  ///< of the value it was made from
};

/// The private key at the begin of `der`, if it is PKCS #8 of version 2 (RFC 5958), rewritten as version 1 (RFC 5208).
/// Version 2 has the public key behind the private one, and OpenSSL before 3.5 reads version 1 alone.
std::optional<RewrittenKey> pkcs8_as_version_1(std::string_view der);

}  // namespace easypost_connect::internal
