// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <easypost_connect/google_secret_manager.hpp>

#include "vaults/google_access_token.hpp"
#include "vaults/secret_reader.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// Gets and keeps the token that Google knows the SDK by: from a credential file, or from the metadata service when no
/// file is named. The file is read anew for each token.
class GoogleLogin {
 public:
  /// An Error: the options, with what the environment adds to them, cannot work. Nothing is sent.
  static Result<GoogleLogin> make(const vaults::GoogleSecretManager& options, std::string universe,
                                  const VaultWorld& world);

  /// Returns the token; gets one first if there is none, or if the one that is there nears its end. `client` asks
  /// Google's services.
  [[nodiscard]] Result<Secret> token(VaultClient& client);
  [[nodiscard]] bool has_token() const noexcept { return !token_.text.empty(); }
  /// Forgets a token that Google has refused.
  void drop() noexcept { token_.text = {}; }
  /// Returns whose the last token is, for messages.
  [[nodiscard]] const std::string& principal() const noexcept { return token_.principal; }
  /// Returns where the login comes from, for messages: "GOOGLE_APPLICATION_CREDENTIALS /etc/key.json".
  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }

 private:
  GoogleLogin(std::string universe, const VaultWorld& world) : universe_(std::move(universe)), world_(world) {}
  [[nodiscard]] Result<void> use_metadata();
  [[nodiscard]] Result<GoogleAccessToken> new_token(VaultClient& client);
  [[nodiscard]] Result<Secret> credentials(const VaultClient& client, const VaultStep& step) const;

  std::string universe_;
  VaultWorld world_;
  std::string origin_;
  std::string file_;                     // the file of credentials, if there is one
  Secret credentials_;                   // the content of such a file
  std::optional<VaultClient> metadata_;  // asks the metadata service, when there is neither

  GoogleAccessToken token_;
  SteadyTime renew_at_{};
};

}  // namespace easypost_connect::internal
