// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/export.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect {

/// Where PEM (RFC 7468) comes from: a file, read once by create(), or text in memory.
class EASYPOST_CONNECT_EXPORT PemSource {
 public:
  PemSource() = default;
  [[nodiscard]] static PemSource file(std::string path);
  [[nodiscard]] static PemSource text(Secret pem);
  /// Text when it holds "-----BEGIN ", else a path: for environment variables and configuration files.
  [[nodiscard]] static PemSource path_or_text(std::string_view value);

  [[nodiscard]] bool empty() const noexcept { return path_.empty() && text_.empty(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }  ///< empty when it is text
  [[nodiscard]] const Secret& text() const noexcept { return text_; }

 private:
  std::string path_;
  Secret text_;
};

/// Layer 1, mutual TLS: who connects.
struct ClientCertificate {
  /// The certificate from the Portal, followed by its intermediates if there are any.
  PemSource certificate{};
  /// The private key the certificate was made for (PKCS#8, PKCS#1 or SEC 1; may be encrypted).
  PemSource private_key{};
  /// For an encrypted key. Nobody is ever asked for it on a terminal: a missing one is an Error.
  Secret passphrase{};
};

/// How the OAuth client proves itself at the token endpoint (RFC 6749, section 2.3.1).
enum class ClientAuthentication {
  kSecretPost,   ///< id and secret in the form body: what the EasyPost documentation shows
  kSecretBasic,  ///< id and secret in an Authorization: Basic header
};

/// Layer 3, OAuth 2.0 client credentials: who asks for tokens.
struct OAuthClient {
  std::string id{};
  Secret secret{};
  std::string scope{};  ///< space-separated (RFC 6749, section 3.3); empty: whatever the server grants
  ClientAuthentication authentication = ClientAuthentication::kSecretPost;
  /// Present the client certificate at the token endpoint too. The documentation shows that call without one.
  bool present_client_certificate = false;
};

/// The three layers of one identity. They belong together: they were issued together and are replaced together.
struct Credentials {
  ClientCertificate client_certificate{};
  Secret api_key{};  ///< layer 2: sent as `x-api-key`
  OAuthClient oauth_client{};
};

}  // namespace easypost_connect
