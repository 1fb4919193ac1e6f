// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
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
  Credentials given;                            ///< what came through a pipe is in memory
  TlsMaterial server_ca;                        ///< likewise; not a credential, but loaded with them
  std::shared_ptr<const TlsIdentity> identity;  ///< null: ClientOptions::transport does its own TLS
  std::string digest;                           ///< of the files, as they were loaded
};

/// The credentials to begin with, and to take by a reload that names none: those of ClientOptions::credential_source,
/// otherwise `current`.
Result<Credentials> fetch_credentials(const ClientOptions& options, const Credentials& current);

/// Checks the credentials and loads certificate, key and trust store, each file of them read once.
Result<LoadedCredentials> load_credentials(const ClientOptions& options, Credentials given, TlsMaterial server_ca,
                                           WallTime now, const ReadingRules& rules);

/// What no text may show: the secrets among the credentials, and the login at the proxy that the environment names.
Secrets secrets_of(const Credentials& given);

/// The digest of the files as they are now; one that cannot be read, and those behind it, count as empty.
std::string digest_now(const LoadedCredentials& loaded, const ReadingRules& rules);

}  // namespace easypost_connect::internal
