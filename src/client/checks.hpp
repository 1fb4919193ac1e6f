// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/error.hpp>
#include <easypost_connect/request.hpp>

namespace easypost_connect::internal {

/// All that is not set of environment and credentials, in one error and in the order in which one gets it, with the
/// variables of similar names that are set instead. Without credentials: of the environment.
std::optional<Error> check_complete(const ClientOptions& options, const Credentials* credentials);

/// What is wrong with the options apart from the credentials, by field, with the remedy.
std::optional<Error> check_options(const ClientOptions& options);

/// What is wrong with credentials for these options. Does not open files: TlsIdentity::load() judges certificate and
/// key.
std::optional<Error> check_credentials(const ClientOptions& options, const Credentials& credentials);

/// Of one call, whoever asks for them.
constexpr int kMostAttempts = 100;

/// What is wrong with a request apart from its path, which join_url() judges.
std::optional<Error> check_request(const Request& request);

/// What is wrong with an upload: its path is the whole presigned URL, and nothing may be added to that.
std::optional<Error> check_upload(const Request& request);

}  // namespace easypost_connect::internal
