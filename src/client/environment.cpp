// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>
#include <utility>

#include <easypost_connect/client_options.hpp>

#include "core/ascii.hpp"
#include "core/make_error.hpp"

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

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): as safe as the host's own use of setenv
  return value != nullptr ? value : "";
}

TlsMaterial pem_variable(const char* name) {
  const std::string_view value = variable(name);
  return value.empty() ? TlsMaterial() : TlsMaterial::from_setting(value);
}

Result<Environment> named_environment(std::string_view name) {
  if (name.empty()) return Environment();
  if (internal::equals_ignoring_case(name, "ACC")) return Environment::acc();
  if (internal::equals_ignoring_case(name, "PRO")) return Environment::pro();
  const bool padded = name.find_first_of(" \t\r\n") != std::string_view::npos;
  return internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                              padded ? "EASYPOST_CONNECT_ENVIRONMENT holds a blank or a line break."
                                     : "EASYPOST_CONNECT_ENVIRONMENT is neither ACC nor PRO.",
                              "Set it to ACC (acceptance) or to PRO (production), in capital letters or not.");
}

}  // namespace

Result<ClientOptions> ClientOptions::from_environment() {
  auto environment = named_environment(variable("EASYPOST_CONNECT_ENVIRONMENT"));
  if (!environment) return std::move(environment).error();
  ClientOptions options;
  options.environment = *std::move(environment);
  if (const auto url = variable("EASYPOST_CONNECT_API_URL"); !url.empty()) options.environment.api_url = url;
  if (const auto url = variable("EASYPOST_CONNECT_TOKEN_URL"); !url.empty()) options.environment.token_url = url;
  auto& [certificate, api_key, oauth_client] = options.credentials;
  certificate.certificate = pem_variable("EASYPOST_CONNECT_CLIENT_CERT");
  certificate.private_key = pem_variable("EASYPOST_CONNECT_CLIENT_KEY");
  certificate.passphrase = Secret(variable("EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE"));
  api_key = Secret(variable("EASYPOST_CONNECT_API_KEY"));
  oauth_client.id = variable("EASYPOST_CONNECT_CLIENT_ID");
  oauth_client.secret = Secret(variable("EASYPOST_CONNECT_CLIENT_SECRET"));
  options.server_ca = pem_variable("EASYPOST_CONNECT_CA_FILE");
  return options;
}

}  // namespace easypost_connect
