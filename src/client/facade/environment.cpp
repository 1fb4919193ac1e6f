// SPDX-License-Identifier: Apache-2.0
#include "core/environment.hpp"

#include <string>
#include <utility>

#include <easypost_connect/client_options.hpp>

#include "core/make_error.hpp"
#include "core/settings.hpp"

namespace easypost_connect {

Environment Environment::acc() {
  return custom("https://api.acc.eservices.easypost.eu", "https://auth.acc.eservices.easypost.eu/oauth2/token");
}

Environment Environment::pro() {
  return custom("https://api.eservices.easypost.eu", "https://auth.eservices.easypost.eu/oauth2/token");
}

Environment Environment::custom(std::string api_url, std::string token_url) {
  return {std::move(api_url), std::move(token_url)};
}

namespace {

/// This library links no vault: given the address of one, it says who takes it.
Result<void> check_that_no_vault_is_named() {
  for (const internal::Setting& setting : internal::kSettings) {
    const std::string_view value = setting.from_environment();
    const bool names_one = std::string_view(setting.variable) == internal::setting::kCredentials.variable
                               ? !value.empty()
                               : internal::names_vault(value);
    if (!names_one) continue;
    return internal::make_error(
        ErrorCode::kInvalidOption, Factor::kCredentialSource,
        std::string(setting.variable) +
            " is the address of a vault, which ClientOptions::from_environment() does not read.",
        "Call vaults::from_environment() (easypost_connect/vaults.hpp, and link "
        "easypost_connect::vaults), or unset it.");
  }
  return {};
}

}  // namespace

Result<ClientOptions> ClientOptions::from_environment() {
  if (auto checked = check_that_no_vault_is_named(); !checked) return std::move(checked).error();
  auto options = internal::options_of_environment();
  if (!options) return options;
  auto read = internal::credentials_of_environment();
  if (!read) return std::move(read).error();
  if (internal::environment_names_files()) {
    options->credential_source = [read = *std::move(read)]() -> SourcedCredentials { return read(); };
    return options;
  }
  auto credentials = (*read)();
  if (!credentials) return std::move(credentials).error();
  options->credentials = *std::move(credentials);
  return options;
}

}  // namespace easypost_connect
