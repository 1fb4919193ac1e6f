// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "core/text.hpp"
#include "vaults/google_access_token.hpp"
#include "vaults/jwt.hpp"
#include "vaults/secret_json.hpp"

namespace easypost_connect::internal {

Result<GoogleAccessToken> self_signed_token(const ServiceAccountKey& key, VaultClient& client, const VaultStep& step,
                                            WallTime now) {
  constexpr std::chrono::hours kLife{1};  // the longest that Google takes
  const auto seconds = [](WallTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  const SecretJson header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.private_key_id}};
  const SecretJson claims = {{"iss", key.client_email},
                             {"sub", key.client_email},
                             {"scope", kCloudPlatformScope},
                             {"iat", seconds(now)},
                             {"exp", seconds(now + kLife)}};
  auto token = signed_jwt(std::string_view(header.dump()), std::string_view(claims.dump()), key.private_key);
  if (!token)
    return client.unusable(step, "the private_key of the credentials is no RSA key in PEM",
                           "Give the file as Google has written it, or make a new key: gcloud iam service-accounts "
                           "keys create.");
  client.keep_out(*token);
  return GoogleAccessToken{*std::move(token), kLife, "serviceAccount:" + printable(key.client_email, 200)};
}

}  // namespace easypost_connect::internal
