// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "core/text.hpp"
#include "vaults/google_access_token.hpp"
#include "vaults/jwt.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::internal {

Result<GoogleAccessToken> self_signed_token(const ServiceAccountKey& key, VaultClient& client, const VaultStep& step,
                                            WallTime now) {
  constexpr std::chrono::hours kLife{1};  // the longest that Google takes
  const auto seconds = [](WallTime time) { return std::int64_t{std::chrono::system_clock::to_time_t(time)}; };
  WipedJson header;
  header.add("alg", "RS256");
  header.add("typ", "JWT");
  header.add("kid", key.private_key_id);
  WipedJson claims;
  claims.add("iss", key.client_email);
  claims.add("sub", key.client_email);
  claims.add("scope", kCloudPlatformScope);
  claims.add("iat", seconds(now));
  claims.add("exp", seconds(now + kLife));
  const KeyPtr rsa_key = rsa_key_in(key.private_key);
  auto token = rsa_key == nullptr
                   ? std::nullopt
                   : signed_jwt(header.text().expose(), claims.text().expose(), *rsa_key, JwtAlgorithm::kRs256);
  if (!token)
    return client.unusable(step, "the private_key of the credentials is no RSA key in PEM",
                           "Give the file as Google has written it, or make a new key: gcloud iam service-accounts "
                           "keys create.");
  client.keep_out(*token);
  return GoogleAccessToken{*std::move(token), kLife, "serviceAccount:" + printable(key.client_email, 200)};
}

}  // namespace easypost_connect::internal
