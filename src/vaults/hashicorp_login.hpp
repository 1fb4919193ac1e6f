// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <easypost_connect/hashicorp_vault.hpp>

#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// A HashiCorpAddress says where a Vault is, and which of its namespaces is meant.
struct HashiCorpAddress {
  std::string url;  ///< ends in no '/'
  std::string vault_namespace;

  [[nodiscard]] std::string shown() const { return "HashiCorp Vault at " + url; }
  /// Makes the question for `path` below /v1/, with the token, if there is one.
  [[nodiscard]] VaultQuestion question(Method method, std::string_view path, const Secret& token) const;
};

/// Gets and keeps the token that Vault knows the SDK by: renews it at two thirds of its life, and logs in again when
/// that is refused or does not help.
class HashiCorpLogin {
 public:
  HashiCorpLogin(vaults::HashiCorpVault options, HashiCorpAddress address, std::shared_ptr<const Clock> clock)
      : options_(std::move(options)), address_(std::move(address)), clock_(std::move(clock)) {}

  /// Returns the token; gets one first if there is none, or if the one that is there nears its end.
  [[nodiscard]] Result<Secret> token(VaultClient& client);
  [[nodiscard]] bool has_token() const noexcept { return !token_.empty(); }
  /// Forgets a token that Vault has refused.
  void drop() noexcept { token_ = {}; }
  /// Returns what stands behind "login by" in messages.
  [[nodiscard]] std::string way() const;
  /// How long the token may be left alone; empty: for good.
  [[nodiscard]] std::optional<std::chrono::seconds> renewal() const;

 private:
  [[nodiscard]] Result<void> log_in(VaultClient& client);
  [[nodiscard]] Result<void> take_token(VaultClient& client);
  [[nodiscard]] Error login_refused(const VaultClient& client, const VaultStep& step, const VaultAnswer& answer) const;
  [[nodiscard]] Result<void> take_answer(VaultClient& client, const VaultStep& step, const VaultQuestion& question);
  [[nodiscard]] Result<Secret> unwrapped_secret_id(VaultClient& client, const vaults::AppRoleLogin& login);
  [[nodiscard]] Result<VaultQuestion> login_question(VaultClient& client);
  void renew(VaultClient& client);
  void keep(Secret token, std::chrono::seconds life, bool renewable);
  [[nodiscard]] VaultStep login_step() const;

  vaults::HashiCorpVault options_;
  HashiCorpAddress address_;
  std::shared_ptr<const Clock> clock_;

  Secret token_;
  bool renewable_ = false;
  std::chrono::seconds life_{0};  // zero: without end
  SteadyTime renew_at_{};
  SteadyTime ends_at_{};
  Secret secret_id_;  // unwrapped: that works once
};

}  // namespace easypost_connect::internal
