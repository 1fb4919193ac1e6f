// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/vaults.hpp>

#include <thread>
#include <utility>

#include "core/make_error.hpp"
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

Result<CredentialSource> source_of(std::optional<SecretReference> whole, std::vector<VaultSource::Field> fields,
                                   const VaultOptions& options) {
  auto source = VaultSource::make(std::move(whole), std::move(fields), options, world_of(options));
  if (!source) return std::move(source).error();
  return CredentialSource([source = *std::move(source)] { return source->look(); });
}

}  // namespace

Result<CredentialSource> from_uri(std::string_view uri, VaultOptions options) {
  auto reference = internal::parse_reference(uri);
  if (!reference) return std::move(reference).error();
  return source_of(*std::move(reference), {}, options);
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
    if (!reference) {
      Error error = std::move(reference).error();
      error.message = FieldNames().*name + ": " + error.message;
      return error;
    }
    fields.push_back({name, *std::move(reference)});
  }
  if (fields.empty())
    return internal::make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource,
                                "There is no reference to any credential.",
                                "Set the members of CredentialReferences, or call from_uri().");
  return source_of(std::nullopt, std::move(fields), options);
}

}  // namespace easypost_connect::vaults
