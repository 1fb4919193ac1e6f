// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "vaults/azure_identity.hpp"

namespace easypost_connect::internal {

/// Gets access tokens for vaults, and keeps one for each cloud until shortly before its end.
class AzureLogin {
 public:
  AzureLogin(std::unique_ptr<AzureIdentity> identity, VaultWorld world)
      : identity_(std::move(identity)), world_(std::move(world)) {}

  [[nodiscard]] const std::string& way() const noexcept { return identity_->way(); }
  /// Returns the token for vaults that end in `suffix`; gets one first if there is none, or if it nears its end.
  /// `vault` and `reference` say in messages what it is for.
  [[nodiscard]] Result<Secret> token(const std::string& suffix, const std::string& vault, const std::string& reference);
  [[nodiscard]] bool has_token(const std::string& suffix) const { return tokens_.count(suffix) > 0; }
  /// Forgets a token that a vault has refused.
  void drop(const std::string& suffix) { tokens_.erase(suffix); }

 private:
  struct Token {
    Secret text;
    SteadyTime renew_at;
  };

  [[nodiscard]] Result<Token> fetch(const std::string& suffix, const VaultStep& step) const;
  [[nodiscard]] std::chrono::seconds life_in(const SecretJson& json) const;

  std::unique_ptr<AzureIdentity> identity_;
  VaultWorld world_;
  std::map<std::string, Token> tokens_;  // keys are suffixes
};

}  // namespace easypost_connect::internal
