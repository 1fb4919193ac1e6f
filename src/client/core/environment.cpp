// SPDX-License-Identifier: Apache-2.0
#include "core/environment.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

#include "core/make_error.hpp"
#include "core/text.hpp"
#include "core/whole_file.hpp"

namespace easypost_connect::internal {
namespace {

// Crash reports and children of this process get to see what stands in a variable. These may stand in a file instead.
constexpr std::array kInFiles{&setting::kPassphrase, &setting::kApiKey, &setting::kClientId, &setting::kClientSecret};

std::string file_variable(const Setting& setting) { return std::string(setting.variable) + "_FILE"; }

TlsMaterial material_of(const Setting& setting) {
  const std::string_view value = setting.from_environment();
  return value.empty() ? TlsMaterial() : TlsMaterial::from_setting(value);
}

Result<Environment> named_environment(std::string_view name) {
  if (name.empty()) return Environment();
  if (equals_ignoring_case(name, "ACC")) return Environment::acc();
  if (equals_ignoring_case(name, "PRO")) return Environment::pro();
  const bool padded = name.find_first_of(" \t\r\n") != std::string_view::npos;
  const char* problem = padded ? " holds a blank or a line break." : " is neither ACC nor PRO.";
  return make_error(ErrorCode::kInvalidOption, setting::kEnvironment.factor,
                    std::string(setting::kEnvironment.variable) + problem,
                    "Set it to ACC (acceptance) or to PRO (production), in capital letters or not.");
}

/// A variable, or the file that takes its place.
struct Place {
  const Setting* setting;
  std::string path;  ///< empty: `value` counts
  Secret value;
};

Result<Place> place_of(const Setting& setting) {
  const std::string_view path = path_in(setting);
  const std::string_view value = setting.from_environment();
  if (!path.empty() && !value.empty())
    return make_error(ErrorCode::kInvalidOption, setting.factor,
                      std::string(setting.variable) + " and " + file_variable(setting) + " are both set.",
                      "Unset the one that shall not count.");
  return Place{&setting, std::string(path), Secret(value)};
}

Result<Secret> content_of(const Place& place) {
  if (place.path.empty()) return place.value;
  const auto file = read_whole_file(place.path, {});
  if (const auto* fault = std::get_if<FileFault>(&file))
    return make_error(
        ErrorCode::kInvalidCredential, place.setting->factor,
        file_variable(*place.setting) + ": the file " + printable(place.path, 200) + ' ' + fault->problem + '.',
        "Mount the secret there, and let this process read it.");
  std::string_view text = std::get<WholeFile>(file).content.expose();
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);  // editors leave it
  if (text.empty())
    return make_error(ErrorCode::kInvalidCredential, place.setting->factor,
                      file_variable(*place.setting) + ": the file " + printable(place.path, 200) + " is empty.",
                      "Mount the secret there.");
  return Secret(text);
}

Result<Credentials> read(Credentials credentials, const std::array<Place, kInFiles.size()>& places) {
  std::array<Secret, kInFiles.size()> contents;
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto content = content_of(places[i]);
    if (!content) return std::move(content).error();
    contents[i] = *std::move(content);
  }
  credentials.client_certificate.passphrase = contents[0];
  credentials.api_key = contents[1];
  credentials.oauth_client.id = contents[2].expose();
  credentials.oauth_client.secret = contents[3];
  return credentials;
}

}  // namespace

std::string_view path_in(const Setting& setting) noexcept {
  const char* path = std::getenv(file_variable(setting).c_str());  // NOLINT(concurrency-mt-unsafe): as safe as setenv
  return path != nullptr ? path : "";
}

bool names_vault(std::string_view value) noexcept {
  constexpr std::string_view kSchemes[] = {"vault://", "vault-pki://", "aws-sm://", "azure-kv://", "gcp-sm://"};
  return std::any_of(std::begin(kSchemes), std::end(kSchemes), [value](std::string_view scheme) {
    return equals_ignoring_case(value.substr(0, scheme.size()), scheme);
  });
}

Result<ClientOptions> options_of_environment() {
  auto environment = named_environment(setting::kEnvironment.from_environment());
  if (!environment) return std::move(environment).error();
  ClientOptions options;
  options.environment = *std::move(environment);
  auto& [api_url, token_url] = options.environment;
  if (const auto url = setting::kApiUrl.from_environment(); !url.empty()) api_url = url;
  if (const auto url = setting::kTokenUrl.from_environment(); !url.empty()) token_url = url;
  options.server_ca = material_of(setting::kServerCa);
  return options;
}

Result<CredentialsReader> credentials_of_environment() {
  Credentials credentials;
  credentials.client_certificate.certificate = material_of(setting::kCertificate);
  credentials.client_certificate.private_key = material_of(setting::kPrivateKey);
  std::array<Place, kInFiles.size()> places{};
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto place = place_of(*kInFiles[i]);
    if (!place) return std::move(place).error();
    places[i] = *std::move(place);
  }
  return CredentialsReader(
      [credentials = std::move(credentials), places = std::move(places)] { return read(credentials, places); });
}

bool environment_names_files() noexcept {
  return std::any_of(kInFiles.begin(), kInFiles.end(),
                     [](const Setting* setting) { return !path_in(*setting).empty(); });
}

}  // namespace easypost_connect::internal
