// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/observer.hpp>

#include "core/clock.hpp"
#include "core/secrets.hpp"
#include "core/whole_file.hpp"
#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// One set of credentials, checked, with what was made of its files.
struct LoadedCredentials {
  Credentials given;                            ///< the credentials; those that came through a pipe are in memory
  TlsMaterial server_ca;                        ///< the trust store, likewise in memory; no credential
  std::shared_ptr<const TlsIdentity> identity;  ///< null: ClientOptions::transport does its own TLS
  std::string digest;                           ///< the digest of the files, as they were loaded
  /// The digest of what the source has given last, files included. Empty without a source.
  Secret source_digest{};
  std::optional<std::chrono::seconds> look_again_after{};  ///< the pause that the source has asked for last
};

/// Asks ClientOptions::credential_source, which is set. Its Error quotes no secret of `current`.
SourcedCredentials ask_source(const ClientOptions& options, const Credentials& current);

/// Checks the credentials and loads certificate, key and trust store, each file of them read once.
Result<LoadedCredentials> load_credentials(const ClientOptions& options, Credentials given, TlsMaterial server_ca,
                                           WallTime now, const ReadingRules& rules);

/// Returns what no text may show: the secrets among the credentials, and the login at the proxy that the environment
/// names.
Secrets secrets_of(const Credentials& given);

/// The digest of the files as they are now; one that cannot be read, and those behind it, count as empty.
std::string digest_now(const LoadedCredentials& loaded, const ReadingRules& rules);

/// Returns what LoadedCredentials::source_digest is of the credentials that a source has given, and reads their files
/// for that. A file that cannot be read, and those behind it, count as empty.
Secret digest_of_source(const ClientOptions& options, Credentials& given, TlsMaterial server_ca,
                        const ReadingRules& rules);

}  // namespace easypost_connect::internal
