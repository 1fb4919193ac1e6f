// SPDX-License-Identifier: Apache-2.0
#include "token_source.hpp"

#include <array>

#include <openssl/evp.h>

#include "core/clock.hpp"
#include "core/encoding.hpp"
#include "rotation/check_options.hpp"
#include "rotation/loaded_credentials.hpp"
#include "token/client_credentials_grant.hpp"
#include "wire/curl_library.hpp"
#include "wire/pooled_transport.hpp"

namespace easypost_connect::tool {

Result<IdentityPtr> load_identity(ClientOptions& options) {
  if (auto checked = internal::check_options(options); !checked) return std::move(checked).error();
  if (auto checked = internal::check_curl_library(); !checked) return std::move(checked).error();
  internal::ReadingRules rules;
  rules.pipes = true;
  auto loaded = internal::load_credentials(options, options.credentials, options.server_ca,
                                           std::chrono::system_clock::now(), rules);
  if (!loaded) return std::move(loaded).error();
  options.credentials = std::move(loaded->given);
  options.server_ca = std::move(loaded->server_ca);
  return std::move(loaded->identity);
}

Result<internal::AccessToken> fetch_token(const ClientOptions& options, const IdentityPtr& identity) {
  const OAuthClient& client = options.credentials.oauth_client;
  const auto presented = client.present_client_certificate ? identity : identity->without_certificate();
  internal::PooledTransport transport({presented, options.timeouts.connect, options.connections});
  const internal::ClientCredentialsGrant grant(options.environment.token_url, client,
                                               internal::secrets_of(options.credentials));
  const internal::Moment now = internal::SystemClock().now();
  const auto asked = grant.request(now.steady + options.timeouts.request);
  return grant.token(transport.send(asked.request, asked.context), now);
}

std::string fingerprint(const internal::AccessToken& token) {
  constexpr std::size_t kBytes = 8;
  const std::string_view text = token.text();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return internal::to_hex({reinterpret_cast<const char*>(digest.data()), kBytes});
}

}  // namespace easypost_connect::tool
