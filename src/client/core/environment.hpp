// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "core/settings.hpp"

namespace easypost_connect::internal {

/// Gives the credentials that the variables hold, or the files that they name.
using CredentialsReader = std::function<Result<Credentials>()>;

/// Tells whether a value is the address of a vault's secret, such as "aws-sm://prod/easypost".
[[nodiscard]] bool names_vault(std::string_view value) noexcept;

/// Reads what the variables say of everything but the credentials.
[[nodiscard]] Result<ClientOptions> options_of_environment();

/// Reads the variables of the credentials now, and each file that a ..._FILE names whenever the reader is called. Where
/// such a variable and the one without _FILE are both set, that is an Error.
[[nodiscard]] Result<CredentialsReader> credentials_of_environment();

/// Returns the path that stands in the ..._FILE of a setting; empty: that is not set.
[[nodiscard]] std::string_view path_in(const Setting& setting) noexcept;

/// Tells whether a ..._FILE is set, so that the credentials may change while the program runs.
[[nodiscard]] bool environment_names_files() noexcept;

}  // namespace easypost_connect::internal
