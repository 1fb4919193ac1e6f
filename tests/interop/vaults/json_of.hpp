// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/credentials.hpp>

#include "vaults/wiped_json.hpp"

namespace easypost_connect::interop {

/// Writes credentials in memory as a secret of a vault holds them.
inline std::string json_of(const Credentials& credentials) {
  internal::WipedJson fields;
  fields.add("client_cert", credentials.client_certificate.certificate.content().expose());
  fields.add("client_key", credentials.client_certificate.private_key.content().expose());
  fields.add("api_key", credentials.api_key.expose());
  fields.add("client_id", credentials.oauth_client.id);
  fields.add("client_secret", credentials.oauth_client.secret.expose());
  return std::string(fields.text().expose());
}

}  // namespace easypost_connect::interop
