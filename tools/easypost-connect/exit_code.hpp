// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/error.hpp>

namespace easypost_connect::tool {

/// How this program ends, whatever the subcommand: scripts rely on these numbers (docs/cli.md).
enum ExitCode : int {
  kSuccess = 0,
  kUsage = 1,  ///< wrong arguments, or a failure that is none of those below
  kClientCertificateFailed = 10,
  kApiKeyFailed = 11,
  kAccessTokenFailed = 12,
  kOAuthClientFailed = 13,
  kServerCertificateFailed = 14,
  kNetworkFailed = 15,
  kRequestFailed = 16,
  kServiceFailed = 17,
  kCredentialSourceFailed = 18,
};

[[nodiscard]] ExitCode exit_code(Factor factor) noexcept;

/// The table of these codes, for --help.
[[nodiscard]] const char* exit_code_help() noexcept;

}  // namespace easypost_connect::tool
