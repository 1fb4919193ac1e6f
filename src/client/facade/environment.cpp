// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <easypost_connect/client_options.hpp>

#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "core/text.hpp"

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

namespace setting = internal::setting;

TlsMaterial material_of(const internal::Setting& setting) {
  const std::string_view value = setting.from_environment();
  return value.empty() ? TlsMaterial() : TlsMaterial::from_setting(value);
}

Result<Environment> named_environment(std::string_view name) {
  if (name.empty()) return Environment();
  if (internal::equals_ignoring_case(name, "ACC")) return Environment::acc();
  if (internal::equals_ignoring_case(name, "PRO")) return Environment::pro();
  const bool padded = name.find_first_of(" \t\r\n") != std::string_view::npos;
  const char* problem = padded ? " holds a blank or a line break." : " is neither ACC nor PRO.";
  return internal::make_error(ErrorCode::kInvalidOption, setting::kEnvironment.factor,
                              std::string(setting::kEnvironment.variable) + problem,
                              "Set it to ACC (acceptance) or to PRO (production), in capital letters or not.");
}

}  // namespace

Result<ClientOptions> ClientOptions::from_environment() {
  auto environment = named_environment(setting::kEnvironment.from_environment());
  if (!environment) return std::move(environment).error();
  ClientOptions options;
  options.environment = *std::move(environment);
  auto& [api_url, token_url] = options.environment;
  if (const auto url = setting::kApiUrl.from_environment(); !url.empty()) api_url = url;
  if (const auto url = setting::kTokenUrl.from_environment(); !url.empty()) token_url = url;
  auto& [certificate, api_key, oauth_client] = options.credentials;
  certificate.certificate = material_of(setting::kCertificate);
  certificate.private_key = material_of(setting::kPrivateKey);
  certificate.passphrase = Secret(setting::kPassphrase.from_environment());
  api_key = Secret(setting::kApiKey.from_environment());
  oauth_client.id = setting::kClientId.from_environment();
  oauth_client.secret = Secret(setting::kClientSecret.from_environment());
  options.server_ca = material_of(setting::kServerCa);
  return options;
}

}  // namespace easypost_connect
