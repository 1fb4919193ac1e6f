// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_metadata.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/answer_fields.hpp"
#include "core/url.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {

Result<VaultClient> metadata_client(std::string_view name, const std::string& url,
                                    std::initializer_list<std::string_view> hosts, const VaultWorld& world) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::chrono::seconds kPatience{1};
  HttpsTransportOptions options;
  options.connect_timeout = kPatience;
  const bool is_plain = url.compare(0, kPlain.size(), kPlain) == 0;
  const bool is_url = is_plain && problem_of("https://" + url.substr(kPlain.size())).empty();
  if (const Url parts(url); is_url && std::find(hosts.begin(), hosts.end(), parts.host) != hosts.end()) {
    options.plain_http_hosts.emplace_back(parts.authority);
  } else if (auto allowed = allow_service(name, url, options); !allowed) {
    return std::move(allowed).error();
  }
  auto transport = world.make_transport(std::move(options));
  if (!transport) return std::move(transport).error();
  return VaultClient(*std::move(transport), world);
}

Result<AwsCredentials> metadata_keys(const VaultClient& client, const VaultStep& step, const SecretJson& json,
                                     std::string remedy) {
  AwsCredentials found{{std::string(text_at(json, "AccessKeyId")), Secret(text_at(json, "SecretAccessKey")),
                        Secret(text_at(json, "Token"))}};
  if (found.keys.access_key_id.empty() || found.keys.secret_access_key.empty())
    return client.unusable(step, "the answer holds no keys", std::move(remedy));
  found.expiration = parse_time(text_at(json, "Expiration"));
  return found;
}

}  // namespace easypost_connect::internal
