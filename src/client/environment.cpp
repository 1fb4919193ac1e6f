// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>
#include <utility>

#include <easypost_connect/client_options.hpp>

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

Result<Environment> environment_variables() {
  Environment environment;
  const std::string_view name = variable("EASYPOST_CONNECT_ENVIRONMENT");
  if (name == "ACC") {
    environment = Environment::acc();
  } else if (name == "PRO") {
    environment = Environment::pro();
  } else if (!name.empty()) {
    return internal::make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                                "EASYPOST_CONNECT_ENVIRONMENT is neither ACC nor PRO.", "Set it to ACC or to PRO.");
  }
  if (const auto url = variable("EASYPOST_CONNECT_API_URL"); !url.empty()) environment.api_url = url;
  if (const auto url = variable("EASYPOST_CONNECT_TOKEN_URL"); !url.empty()) environment.token_url = url;
  if (environment.api_url.empty() || environment.token_url.empty()) {
    return internal::make_error(
        ErrorCode::kInvalidOption, Factor::kRequest, "EASYPOST_CONNECT_ENVIRONMENT is not set.",
        "Set it to ACC or PRO, or set both EASYPOST_CONNECT_API_URL and EASYPOST_CONNECT_TOKEN_URL.");
  }
  return environment;
}

}  // namespace

Result<ClientOptions> ClientOptions::from_environment() {
  auto environment = environment_variables();
  if (!environment) return std::move(environment).error();
  ClientOptions options;
  options.environment = *std::move(environment);
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
