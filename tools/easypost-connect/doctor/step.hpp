// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/error.hpp>

namespace easypost_connect::tool {

enum class Outcome {
  kPassed,
  kWarning,  ///< passed, but something about it is not as it should be
  kFailed,
  kNotRun,
};

/// Step is one line of the checklist. It holds no credential.
struct Step {
  std::string_view name;
  Outcome outcome = Outcome::kNotRun;
  std::chrono::microseconds duration{0};  ///< 0: took no time worth naming, or was not measured
  std::string detail{};                   ///< the finding in a few words
  std::string advice{};                   ///< a warning's: what to do
  std::optional<Error> error{};           ///< a failure's
};

/// The steps of an examination, in their order; every report has all of them, and those of a vault if one is named.
namespace step_name {
inline constexpr std::string_view kVaultReach = "vault reach";
inline constexpr std::string_view kVaultLogin = "vault login";
inline constexpr std::string_view kVaultRead = "vault read";
inline constexpr std::string_view kVaultDecode = "vault decode";
inline constexpr std::string_view kCredentials = "credentials";
inline constexpr std::string_view kDns = "DNS";
inline constexpr std::string_view kTcp = "TCP";
inline constexpr std::string_view kTls = "TLS";
inline constexpr std::string_view kClientCertificate = "client certificate";
inline constexpr std::string_view kToken = "token";
inline constexpr std::string_view kCall = "call";
}  // namespace step_name

/// The first step that failed; null: none did.
[[nodiscard]] inline const Step* first_failure(const std::vector<Step>& steps) noexcept {
  for (const Step& step : steps) {
    if (step.outcome == Outcome::kFailed) return &step;
  }
  return nullptr;
}

}  // namespace easypost_connect::tool
