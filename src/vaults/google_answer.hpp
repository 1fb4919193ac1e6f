// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "vaults/secret_json.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// The remedy when Google itself is unwell.
inline constexpr const char* kWaitForGoogle = "Wait; if it lasts, look at status.cloud.google.com.";

/// Why a service of Google's refused (AIP-193): {"error":{"status":..,"message":..,"details":[{"reason":..}]}}.
struct GoogleError {
  std::string status;   ///< "PERMISSION_DENIED"; empty: the answer is none of Google's
  std::string message;  ///< fit for a message of ours
  std::string reason;   ///< "SERVICE_DISABLED"; empty: it names none

  /// The message, with the status before it.
  [[nodiscard]] std::string words() const;
};

GoogleError google_error_in(const VaultAnswer& answer, const VaultClient& client);

/// Says how far the clock of this machine is from the other side's, as a sentence, if that is more than a token may
/// bear; empty otherwise.
std::string clock_complaint(const VaultAnswer& answer, WallTime now);

}  // namespace easypost_connect::internal
