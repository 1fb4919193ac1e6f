// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/vaults.hpp>

#include <utility>

#include "core/environment.hpp"
#include "core/make_error.hpp"
#include "vaults/environment_source.hpp"
#include "vaults/vault_source.hpp"

namespace easypost_connect::vaults {
namespace {

using internal::SecretReference;
using internal::VaultSource;

Result<std::shared_ptr<VaultSource>> source_of(std::optional<SecretReference> whole,
                                               std::vector<VaultSource::Field> fields, const VaultOptions& options) {
  return VaultSource::make(std::move(whole), std::move(fields), options, internal::world_of(options));
}

Result<CredentialSource> callable(Result<std::shared_ptr<VaultSource>> source) {
  if (!source) return std::move(source).error();
  return CredentialSource([source = *std::move(source)] { return source->look(); });
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
    if (!reference) return internal::with_name(FieldNames().*name, std::move(reference).error());
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
  auto source = internal::vault_source_of_environment(options);
  if (!source) return std::move(source).error();
  if (*source == nullptr) return ClientOptions::from_environment();
  client_options->credential_source = [source = *std::move(source)] { return source->look(); };
  return client_options;
}

}  // namespace easypost_connect::vaults
