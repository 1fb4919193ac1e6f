// SPDX-License-Identifier: Apache-2.0
#include "vaults/environment_source.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/environment.hpp"
#include "core/make_error.hpp"
#include "core/settings.hpp"

namespace easypost_connect::internal {
namespace {

/// The variables of single credentials, and the members that they stand for.
const std::pair<const Setting&, std::string vaults::FieldNames::*> kVariables[] = {
    {setting::kCertificate, &vaults::FieldNames::client_cert},
    {setting::kPrivateKey, &vaults::FieldNames::client_key},
    {setting::kPassphrase, &vaults::FieldNames::client_key_passphrase},
    {setting::kApiKey, &vaults::FieldNames::api_key},
    {setting::kClientId, &vaults::FieldNames::client_id},
    {setting::kClientSecret, &vaults::FieldNames::client_secret}};

/// Is an Error when a credential stands beside the address of all: one of the two would be ignored.
Result<void> check_that_none_is_set() {
  for (const auto& [setting, name] : kVariables) {
    const bool is_in_file = !path_in(setting).empty();
    if (setting.from_environment().empty() && !is_in_file) continue;
    return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                      std::string(setting::kCredentials.variable) + " and " + setting.variable +
                          (is_in_file ? "_FILE" : "") + " are both set.",
                      "Unset the one that shall not count.");
  }
  return {};
}

Result<std::vector<VaultSource::Field>> references_of_environment() {
  std::vector<VaultSource::Field> fields;
  for (const auto& [setting, name] : kVariables) {
    const std::string_view value = setting.from_environment();
    if (!names_vault(value)) continue;
    auto reference = parse_reference(value);
    if (!reference) return with_name(setting.variable, std::move(reference).error());
    fields.push_back({name, *std::move(reference)});
  }
  return fields;
}

Result<std::shared_ptr<VaultSource>> source_of_all(std::string_view uri, const vaults::VaultOptions& options) {
  if (auto checked = check_that_none_is_set(); !checked) return std::move(checked).error();
  auto reference = parse_reference(uri);
  if (!reference) return with_name(setting::kCredentials.variable, std::move(reference).error());
  auto source = VaultSource::make(*std::move(reference), {}, options, world_of(options));
  if (!source) return with_name(setting::kCredentials.variable, std::move(source).error());
  return source;
}

}  // namespace

VaultWorld world_of(const vaults::VaultOptions& options) {
  VaultWorld world;
  world.request_timeout = options.request_timeout;
  world.pause = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); };
  if (options.transport != nullptr)
    world.make_transport = [transport = options.transport](const HttpsTransportOptions& /*options*/) {
      return transport;
    };
  return world;
}

Result<std::shared_ptr<VaultSource>> vault_source_of_environment(const vaults::VaultOptions& options) {
  const auto uri = setting::kCredentials.from_environment();
  if (!uri.empty()) return source_of_all(uri, options);
  auto fields = references_of_environment();
  if (!fields) return std::move(fields).error();
  if (fields->empty()) return std::shared_ptr<VaultSource>();
  auto others = credentials_of_environment();
  if (!others) return std::move(others).error();
  auto source = VaultSource::make(std::nullopt, *std::move(fields), options, world_of(options));
  if (!source) return source;
  (*source)->set_others(*std::move(others));
  return source;
}

}  // namespace easypost_connect::internal
