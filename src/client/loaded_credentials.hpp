// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/observer.hpp>

#include "core/clock.hpp"
#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// One set of credentials, checked, with what was made of its files.
struct LoadedCredentials {
  Credentials given;
  std::shared_ptr<const TlsIdentity> identity;  ///< null: ClientOptions::transport does its own TLS
  std::string digest;                           ///< of the files, as they were before they were loaded
};

/// The credentials to begin with, and to take by a reload that names none: those of ClientOptions::credential_source,
/// otherwise `current`.
Result<Credentials> fetch_credentials(const ClientOptions& options, const Credentials& current);

/// Checks the credentials and loads certificate, key and trust store.
Result<LoadedCredentials> load_credentials(const ClientOptions& options, Credentials given, WallTime now);

/// All files that the credentials and the trust store come from.
std::vector<std::string> files_of(const ClientOptions& options, const Credentials& given);

}  // namespace easypost_connect::internal
