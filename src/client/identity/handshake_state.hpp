// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/crypto.h>
#include <openssl/ssl.h>

namespace easypost_connect::internal {

/// A state of a handshake, by its number (TLS_ST_...) in OpenSSL before 3.2, which has put new states between the old
/// ones. The OpenSSL that runs may be newer than the one that was compiled against. Its names for the states
/// (SSL_state_string(3)) are the same in all, but after an error there is none.
struct HandshakeState {
  int before_3_2;
  int now;  ///< measured: 3.5 and 4.0
};

inline constexpr HandshakeState kReadsCertificateRequest{7, 8};  // TLS_ST_CR_CERT_REQ
inline constexpr HandshakeState kWritesClientProof{15, 17};      // TLS_ST_CW_CERT_VRFY
inline constexpr HandshakeState kReadsServerProof{39, 43};       // TLS_ST_CR_CERT_VRFY
inline constexpr HandshakeState kWritesServerProof{40, 44};      // TLS_ST_SW_CERT_VRFY

inline bool is_in_state(const SSL* connection, const HandshakeState& state) noexcept {
  const bool before_3_2 = OPENSSL_version_major() == 3 && OPENSSL_version_minor() < 2;
  return static_cast<int>(SSL_get_state(connection)) == (before_3_2 ? state.before_3_2 : state.now);
}

}  // namespace easypost_connect::internal
