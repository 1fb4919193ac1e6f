// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "core/openssl_handles.hpp"

namespace easypost_connect::internal {

/// The key that a token gave out, or why it gave none; nothing where OpenSSL has not got this way to tokens.
using Pkcs11Key = std::optional<Result<KeyPtr>>;

/// Loads a key through OpenSSL's "pkcs11" engine (libp11). One thread at a time may call it.
Pkcs11Key load_by_engine(const std::string& uri, const Secret& pin);

/// Loads a key through OpenSSL's "pkcs11" provider (pkcs11-provider, with OpenSSL 3.2 or newer). One thread at a time
/// may call it.
Pkcs11Key load_by_provider(const std::string& uri, const Secret& pin);

struct Pkcs11Refusal {
  std::string_view problem;
  std::string_view remedy;
};

inline constexpr Pkcs11Refusal kNoPin{
    "is in a PKCS #11 token that wants a PIN, and none was given",
    "Set client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE) to the PIN."};
inline constexpr Pkcs11Refusal kNoModule{
    "is a PKCS #11 URI, and the module of its token cannot be loaded",
    "Check the path in PKCS11_MODULE_PATH; without that variable, the module has to be known to p11-kit."};
inline constexpr Pkcs11Refusal kUnreadableUri{"is a PKCS #11 URI that cannot be read",
                                              "Write it as RFC 7512 has it: pkcs11:token=...;object=...;type=private"};
inline constexpr Pkcs11Refusal kNoKey{
    "names no private key that a PKCS #11 token has",
    "Compare token and object of the URI with the list of \"p11tool --list-all\", and check that the token is in its "
    "place and its module known to p11-kit (or named by PKCS11_MODULE_PATH)."};

Error pkcs11_error(const Pkcs11Refusal& refusal);

/// Makes the Error of a token that was there, or should be; `words` are what it says.
Error unusable_token(const std::string& words);

/// An error of OpenSSL's queue that came on the way to a token.
struct Pkcs11Answer {
  std::string library;  ///< OpenSSL's name of the library that speaks
  int reason;           ///< a module gives its return value (PKCS #11, section 6.1)
  std::string words;

  [[nodiscard]] bool is_of_module() const;
};

/// Takes the errors out of OpenSSL's queue.
std::vector<Pkcs11Answer> take_pkcs11_answers();

/// Returns what one of the answers means, if one of them has a remedy of its own.
const Pkcs11Refusal* known_refusal(const std::vector<Pkcs11Answer>& answers);

/// Returns the module's own words, when there are any: it may have left others there while it started.
std::string gist_of(const std::vector<Pkcs11Answer>& answers);

/// Returns why a key that was found before cannot be used any more. Only a signature shows that. Where the module tells
/// that it fails for another reason, such as a mechanism that the token has not got, TLS may still use another. Some
/// versions of libp11 keep the module's answer to themselves (0.4.21 was looked at).
std::optional<std::string> why_gone(EVP_PKEY* key);

}  // namespace easypost_connect::internal
