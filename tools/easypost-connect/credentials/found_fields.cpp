// SPDX-License-Identifier: Apache-2.0
#include "credentials/found_fields.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "identity/material.hpp"

namespace easypost_connect::tool {
namespace {

/// A key in a token has no content that could be read: its URI stands for it.
Secret content_of(const TlsMaterial& material) {
  return material.content().empty() ? Secret(material.uri()) : material.content();
}

Secret content_of(const Credentials& credentials, std::string_view name) {
  const auto& [certificate, api_key, oauth_client] = credentials;
  if (name == "client_cert" || name == "client_pkcs12") return content_of(certificate.certificate);
  if (name == "client_key") return content_of(certificate.private_key);
  if (name == "client_key_passphrase") return certificate.passphrase;
  if (name == "api_key") return api_key;
  return name == "client_id" ? Secret(oauth_client.id) : oauth_client.secret;
}

}  // namespace

const FoundField* FoundCredentials::field(std::string_view name) const noexcept {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const FoundField& field) { return field.name == name; });
  return found != fields.end() ? &*found : nullptr;
}

Error nothing_given() {
  return internal::make_error(ErrorCode::kInvalidCredential, Factor::kClientCertificate, "No credential was given.",
                              "Set the EASYPOST_CONNECT_* variables, or name a vault with --credentials.");
}

Result<FoundCredentials> found_in(const CredentialLook& look) {
  if (!look.credentials) return look.credentials.error();
  Credentials credentials = *look.credentials;
  TlsMaterial no_trust;
  internal::ReadingRules rules;
  rules.pipes = true;
  if (auto read = internal::read_files(credentials.client_certificate, no_trust, rules); !read)
    return std::move(read).error();
  FoundCredentials found;
  for (const auto& [name, place, version] : look.places) {
    Secret content = content_of(credentials, name);
    if (!content.empty()) found.fields.push_back({name, place, version, std::move(content)});
  }
  found.certificate = std::move(credentials.client_certificate);
  return found;
}

}  // namespace easypost_connect::tool
