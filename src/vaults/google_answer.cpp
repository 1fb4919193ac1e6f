// SPDX-License-Identifier: Apache-2.0
#include "vaults/google_answer.hpp"

#include <chrono>

#include "core/answer_fields.hpp"

namespace easypost_connect::internal {

std::string GoogleError::words() const { return status.empty() || message.empty() ? status : status + ", " + message; }

GoogleError google_error_in(const VaultAnswer& answer, const VaultClient& client) {
  const SecretJson json = answer.json();
  GoogleError error;
  error.status = client.quoted(text_at(json, "error", "status"));
  error.message = client.quoted(text_at(json, "error", "message"));
  const SecretJson* details = find_member(json, "error", "details");
  if (details == nullptr) return error;
  for (const SecretJson::Member& detail : details->members()) {
    if (error.reason.empty()) error.reason = text_at(detail.value, "reason");
  }
  return error;
}

std::string clock_complaint(const VaultAnswer& answer, WallTime now) {
  constexpr std::chrono::hours kHalfOfWhatIsRead{12};
  constexpr std::chrono::minutes kBearable{4};
  const auto date = answer.headers.find("date");
  if (!date) return {};
  const auto ahead = parse_retry_after(*date, now - kHalfOfWhatIsRead);  // no less than zero, no more than a day
  if (!ahead) return {};
  const auto lag = *ahead - kHalfOfWhatIsRead;
  if (lag < kBearable && -lag < kBearable) return {};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(lag));
  return "The clock of this machine is " + std::to_string(minutes.count()) + " minutes or more " +
         (lag.count() > 0 ? "behind" : "ahead of") + " that of Google. ";
}

}  // namespace easypost_connect::internal
