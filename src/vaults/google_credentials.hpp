// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>
#include <easypost_connect/transport.hpp>

#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// The key of a service account ("type": "service_account").
struct ServiceAccountKey {
  std::string client_email;
  std::string private_key_id;
  Secret private_key;  ///< PEM
};

/// Where the token of the other identity provider comes from: a file, or a URL.
struct SubjectTokenSource {
  std::string file;
  std::string url;
  std::vector<SecretHeader> headers;  ///< go to the URL; they may hold a token
  std::string field_name;             ///< the member of a JSON object; empty: all of the text is the token
};

/// A workload identity federation ("type": "external_account").
struct ExternalAccount {
  std::string audience;
  std::string subject_token_type;
  std::string token_url;
  std::string impersonation_url;  ///< empty: no service account is impersonated
  std::chrono::seconds impersonated_life{3600};
  SubjectTokenSource source;
};

using GoogleCredentials = std::variant<ServiceAccountKey, ExternalAccount>;

/// Takes the JSON of a credential file apart. Google warns of such files from outside, since they say where tokens are
/// sent: a URL in it that is not a service of `universe` ("googleapis.com") is an Error. `step` is the begin of the
/// Error's message.
Result<GoogleCredentials> google_credentials_in(std::string_view json, std::string_view universe, VaultClient& client,
                                                const VaultStep& step);

}  // namespace easypost_connect::internal
