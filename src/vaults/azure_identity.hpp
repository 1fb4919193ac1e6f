// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <easypost_connect/azure_key_vault.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/transport.hpp>

#include "vaults/secret_reader.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// Somebody whom Azure gives access tokens: an app registration, or a managed identity.
class AzureIdentity {
 public:
  AzureIdentity(std::string way, std::shared_ptr<Transport> transport)
      : way_(std::move(way)), transport_(std::move(transport)) {}
  virtual ~AzureIdentity() = default;
  AzureIdentity(const AzureIdentity&) = delete;
  AzureIdentity& operator=(const AzureIdentity&) = delete;

  /// The way to log in, and what chose it: "client secret (AZURE_CLIENT_SECRET)".
  [[nodiscard]] const std::string& way() const noexcept { return way_; }
  /// The way to the service that gives the tokens.
  [[nodiscard]] const std::shared_ptr<Transport>& transport() const noexcept { return transport_; }

  /// Makes the question for a token for vaults that end in `suffix`.
  [[nodiscard]] virtual Result<VaultQuestion> question(VaultClient& client, const VaultStep& step,
                                                       const std::string& suffix) const = 0;
  /// Makes the Error of a refusal.
  [[nodiscard]] virtual Error refused(const VaultClient& client, const VaultStep& step,
                                      const VaultAnswer& answer) const = 0;
  /// Adds to the Error of a question that had no answer what may be the reason.
  [[nodiscard]] virtual Error unanswered(Error error) const { return error; }

 private:
  std::string way_;
  std::shared_ptr<Transport> transport_;
};

/// Makes the identity that the options, or else the environment, name. `transport` leads to Entra ID. An Error says
/// which option or variable is missing.
Result<std::unique_ptr<AzureIdentity>> make_azure_identity(vaults::AzureKeyVault options,
                                                           std::shared_ptr<Transport> transport,
                                                           const VaultWorld& world);

/// Makes an app registration: its options name a tenant, a client, and one of the three logins of such.
std::unique_ptr<AzureIdentity> make_azure_application(std::string way, std::shared_ptr<Transport> transport,
                                                      vaults::AzureKeyVault options,
                                                      std::shared_ptr<const Clock> clock);

/// Makes the managed identity that IDENTITY_ENDPOINT stands for, or else that of the machine. `client_id` names one of
/// several; empty: there is only one.
Result<std::unique_ptr<AzureIdentity>> make_azure_managed_identity(std::string way, std::string client_id,
                                                                   const VaultWorld& world);

}  // namespace easypost_connect::internal
