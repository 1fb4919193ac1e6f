// SPDX-License-Identifier: Apache-2.0
#include "vaults/azure_login.hpp"

#include <algorithm>
#include <utility>

namespace easypost_connect::internal {
namespace {

/// How long before its end a token is no longer used, as in Azure's own libraries.
constexpr std::chrono::seconds kMargin{300};
/// Tokens live an hour, those of managed identities a day.
constexpr std::chrono::seconds kLongestLife{24 * 3600};

}  // namespace

Result<Secret> AzureLogin::token(const std::string& suffix, const std::string& vault, const std::string& reference) {
  const auto known = tokens_.find(suffix);
  if (known != tokens_.end() && world_.clock->now().steady < known->second.renew_at) return known->second.text;
  tokens_.erase(suffix);
  auto fetched = fetch(suffix, {vault, "login by " + way() + " for " + reference});
  if (!fetched) return std::move(fetched).error();
  return tokens_.emplace(suffix, *std::move(fetched)).first->second.text;
}

Result<AzureLogin::Token> AzureLogin::fetch(const std::string& suffix, const VaultStep& step) const {
  VaultClient client(identity_->transport(), world_);
  const auto question = identity_->question(client, step, suffix);
  if (!question) return question.error();
  auto answer = client.ask(step, *question);
  if (!answer) return identity_->unanswered(std::move(answer).error());
  if (!answer->ok()) return identity_->refused(client, step, *answer);
  const auto json = client.object_in(step, *answer);
  if (!json) return json.error();
  const std::string_view token = text_at(*json, "access_token");
  if (token.empty())
    return client.unusable(step, "the answer holds no access token",
                           "Check that the address is that of Microsoft's, not of a page before it.");
  const std::chrono::seconds life = life_in(*json);
  return Token{Secret(token), world_.clock->now().steady + life - std::min(kMargin, life / 5)};
}

/// Entra ID and IMDS say how long the token lives, App Service says until when.
std::chrono::seconds AzureLogin::life_in(const SecretJson& json) const {
  std::chrono::seconds life = life_at(json, "expires_in");
  if (life.count() == 0) {
    const auto now = std::chrono::system_clock::to_time_t(world_.clock->now().wall);
    life = std::chrono::seconds(std::max<std::int64_t>(number_at(json, now, "expires_on"), 0) - now);
  }
  return std::clamp(life, std::chrono::seconds(0), kLongestLife);
}

}  // namespace easypost_connect::internal
