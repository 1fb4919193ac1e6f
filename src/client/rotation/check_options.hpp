// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// All that is not set of environment and credentials, in one error and in the order in which one gets it, with the
/// variables of similar names that are set instead. Without credentials: of the environment.
Result<void> check_complete(const ClientOptions& options, const Credentials* credentials);

/// Says what is wrong with the options apart from the credentials, by field, with the remedy.
Result<void> check_options(const ClientOptions& options);

/// Says what is wrong with credentials for these options. It opens no files: TlsIdentity::load() judges certificate and
/// key.
Result<void> check_credentials(const ClientOptions& options, const Credentials& credentials);

/// Says what is wrong with the limits of kept connections.
Result<void> check_connections(const ConnectionOptions& connections);

/// Neither ClientOptions nor a Request may ask for more attempts of one call.
constexpr int kMostAttempts = 100;

}  // namespace easypost_connect::internal
