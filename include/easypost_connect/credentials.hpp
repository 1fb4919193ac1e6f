// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <easypost_connect/export.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect {

class TlsMaterial;

namespace internal {
TlsMaterial file_that_was_read(const TlsMaterial& file, Secret content);
}

/// The place that a certificate, a private key or a trust store comes from. Files are read by create() and again by
/// each reload; a pipe, such as <(vault read ...) of a shell, is read once, and its content is kept. It is an Error if
/// either is waited for longer than 10 s.
class EASYPOST_CONNECT_EXPORT TlsMaterial {
 public:
  TlsMaterial() = default;
  /// Names a file: PEM (RFC 7468), DER, PKCS #7 (RFC 2315) or PKCS #12 (RFC 7292), told apart by the content.
  [[nodiscard]] static TlsMaterial file(std::string path);
  /// Holds the content of such a file.
  [[nodiscard]] static TlsMaterial in_memory(Secret content);
  /// Names a private key that never leaves a PKCS #11 token, by its URI (RFC 7512), such as
  /// "pkcs11:token=sdk;object=client-key;type=private". The PIN is ClientCertificate::passphrase, not part of the URI.
  [[nodiscard]] static TlsMaterial pkcs11(std::string uri);
  /// Reads the value of an environment variable or of a configuration file: PEM text if the value holds "-----BEGIN ",
  /// a file's content if it is base64 of one, a PKCS #11 URI if it begins with "pkcs11:", else the path of a file.
  [[nodiscard]] static TlsMaterial from_setting(std::string_view value);

  [[nodiscard]] bool empty() const noexcept { return path_.empty() && uri_.empty() && content_.empty(); }
  // A TlsMaterial that a user makes has one of these three at most. The SDK adds the content of a file that it has
  // read.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& uri() const noexcept { return uri_; }
  [[nodiscard]] const Secret& content() const noexcept { return content_; }

 private:
  friend TlsMaterial internal::file_that_was_read(const TlsMaterial& file, Secret content);

  std::string path_;
  std::string uri_;
  Secret content_;
};

/// Layer 1, mutual TLS: who connects. create() and reload() check all of it, each fault with its own message, before
/// anything is sent.
struct ClientCertificate {
  /// The certificate from the Portal, followed by its intermediates if there are any. May bring the private key along:
  /// a PKCS #12 file does, and a PEM file with both in it.
  TlsMaterial certificate{};
  /// The private key the certificate was made for (PKCS#8, PKCS#1 or SEC 1; may be encrypted; or in a PKCS #11 token).
  /// Leave it empty when `certificate` brings it along.
  TlsMaterial private_key{};
  /// The passphrase of an encrypted key or PKCS #12 file, or the PIN of a PKCS #11 token. Nobody is ever asked for it
  /// on a terminal: a missing one is an Error.
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

/// The answer of a CredentialSource: credentials, or the Error that says why there are none. Credentials, an Error and
/// a Result<Credentials> convert to it, so a source returns whichever it has.
struct SourcedCredentials {
  // NOLINTNEXTLINE(google-explicit-constructor)
  SourcedCredentials(Credentials given, std::optional<std::chrono::seconds> look_again = std::nullopt)
      : credentials(std::move(given)), look_again_after(look_again) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  SourcedCredentials(Result<Credentials> outcome) : credentials(std::move(outcome)) {}
  SourcedCredentials(Error error) : credentials(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  Result<Credentials> credentials;
  /// When the client asks the source again, counted from this answer: before a lease ends, for example. Less than a
  /// second is taken as a second. Empty: when ReloadOptions::watch_interval says so. The earlier of the two counts.
  /// Beside an Error it says nothing: Error::retry_after does.
  std::optional<std::chrono::seconds> look_again_after;
};

/// Fetches the credentials from wherever they are kept: a vault, a database, files of another kind.
///
///     options.credential_source = [vault]() -> SourcedCredentials {
///       auto secret = vault->read("easypost");
///       if (!secret) return std::move(secret).error();
///       return {to_credentials(*secret), secret->lease / 2};  // or the Credentials alone
///     };
///
/// Called by create() and by each reload(), on the thread of that call, and, as SourcedCredentials::look_again_after
/// and ReloadOptions::watch_interval say, on a thread of the client: one call at a time. The end of the client waits
/// for a call on that thread, so a source that waits for others needs a deadline of its own. An exception of a source
/// becomes an Error; an Error of its own is passed on as it is, without the secrets of the credentials in use.
using CredentialSource = std::function<SourcedCredentials()>;

}  // namespace easypost_connect
