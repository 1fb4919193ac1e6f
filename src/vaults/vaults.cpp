// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/vaults.hpp>

#include <thread>
#include <utility>

#include "core/environment.hpp"
#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "vaults/vault_source.hpp"

namespace easypost_connect::vaults {
namespace {

using internal::SecretReference;
using internal::VaultSource;

internal::VaultWorld world_of(const VaultOptions& options) {
  internal::VaultWorld world;
  world.request_timeout = options.request_timeout;
  world.pause = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); };
  if (options.transport != nullptr)
    world.make_transport = [transport = options.transport](const HttpsTransportOptions& /*options*/) {
      return transport;
    };
  return world;
}

Result<std::shared_ptr<VaultSource>> source_of(std::optional<SecretReference> whole,
                                               std::vector<VaultSource::Field> fields, const VaultOptions& options) {
  return VaultSource::make(std::move(whole), std::move(fields), options, world_of(options));
}

Result<CredentialSource> callable(Result<std::shared_ptr<VaultSource>> source) {
  if (!source) return std::move(source).error();
  return CredentialSource([source = *std::move(source)] { return source->look(); });
}

Error with_name(std::string_view name, Error error) {
  error.message = std::string(name) + ": " + error.message;
  return error;
}

/// The variables of single credentials, and the members that they stand for.
const std::pair<const internal::Setting&, std::string FieldNames::*> kVariables[] = {
    {internal::setting::kCertificate, &FieldNames::client_cert},
    {internal::setting::kPrivateKey, &FieldNames::client_key},
    {internal::setting::kPassphrase, &FieldNames::client_key_passphrase},
    {internal::setting::kApiKey, &FieldNames::api_key},
    {internal::setting::kClientId, &FieldNames::client_id},
    {internal::setting::kClientSecret, &FieldNames::client_secret}};

/// Is an Error when a credential stands beside the address of all: one of the two would be ignored.
Result<void> check_that_none_is_set() {
  for (const auto& [setting, name] : kVariables) {
    if (setting.from_environment().empty()) continue;
    return internal::make_error(
        ErrorCode::kInvalidOption, Factor::kCredentialSource,
        std::string(internal::setting::kCredentials.variable) + " and " + setting.variable + " are both set.",
        "Unset the one that shall not count.");
  }
  return {};
}

Result<std::vector<VaultSource::Field>> references_of_environment() {
  std::vector<VaultSource::Field> fields;
  for (const auto& [setting, name] : kVariables) {
    const std::string_view value = setting.from_environment();
    if (!internal::names_vault(value)) continue;
    auto reference = internal::parse_reference(value);
    if (!reference) return with_name(setting.variable, std::move(reference).error());
    fields.push_back({name, *std::move(reference)});
  }
  return fields;
}

}  // namespace

Result<CredentialSource> from_uri(std::string_view uri, VaultOptions options) {
  auto reference = internal::parse_reference(uri);
  if (!reference) return std::move(reference).error();
  return callable(source_of(*std::move(reference), {}, options));
}

Result<CredentialSource> from_references(const CredentialReferences& references, VaultOptions options) {
  using Names = FieldNames;
  const std::pair<std::string Names::*, const std::string&> all[] = {
      {&Names::client_cert, references.client_cert},
      {&Names::client_key, references.client_key},
      {&Names::client_key_passphrase, references.client_key_passphrase},
      {&Names::client_pkcs12, references.client_pkcs12},
      {&Names::api_key, references.api_key},
      {&Names::client_id, references.client_id},
      {&Names::client_secret, references.client_secret}};
  std::vector<VaultSource::Field> fields;
  for (const auto& [name, text] : all) {
    if (text.empty()) continue;
    auto reference = internal::parse_reference(text);
    if (!reference) return with_name(FieldNames().*name, std::move(reference).error());
    fields.push_back({name, *std::move(reference)});
  }
  if (fields.empty())
    return internal::make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                                "There is no reference to any credential.",
                                "Set the members of CredentialReferences, or call from_uri().");
  return callable(source_of(std::nullopt, std::move(fields), options));
}

Result<ClientOptions> from_environment(VaultOptions options) {
  auto client_options = internal::options_of_environment();
  if (!client_options) return client_options;
  if (const auto uri = internal::setting::kCredentials.from_environment(); !uri.empty()) {
    if (auto checked = check_that_none_is_set(); !checked) return std::move(checked).error();
    auto source = from_uri(uri, std::move(options));
    if (!source) return with_name(internal::setting::kCredentials.variable, std::move(source).error());
    client_options->credential_source = *std::move(source);
    return client_options;
  }
  auto fields = references_of_environment();
  if (!fields) return std::move(fields).error();
  if (fields->empty()) return ClientOptions::from_environment();
  auto others = internal::credentials_of_environment();
  if (!others) return std::move(others).error();
  auto source = source_of(std::nullopt, *std::move(fields), options);
  if (!source) return std::move(source).error();
  (*source)->set_others(*std::move(others));
  client_options->credential_source = [source = *std::move(source)] { return source->look(); };
  return client_options;
}

}  // namespace easypost_connect::vaults
