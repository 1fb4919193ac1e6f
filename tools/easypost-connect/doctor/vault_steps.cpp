// SPDX-License-Identifier: Apache-2.0
#include "doctor/vault_steps.hpp"

#include <algorithm>
#include <string>

#include "shell_words.hpp"

namespace easypost_connect::tool {
namespace {

using internal::SecretLook;
using internal::VaultStage;

/// Lists each text once, in order; empty ones are left out.
std::string listed(const std::vector<std::string>& texts) {
  std::vector<std::string> once;
  std::string list;
  for (const std::string& text : texts) {
    if (text.empty() || std::find(once.begin(), once.end(), text) != once.end()) continue;
    once.push_back(text);
    list.append(list.empty() ? "" : ", ").append(text);
  }
  return list;
}

template <typename Things, typename Words>
std::string listed(const Things& things, const Words& words) {
  std::vector<std::string> texts;
  texts.reserve(things.size());
  for (const auto& thing : things) texts.push_back(words(thing));
  return listed(texts);
}

/// A file or a variable that a reference names needs neither connection nor login.
bool asks_nobody(const internal::VaultLook& look) {
  return look.stage > VaultStage::kLogin &&
         std::all_of(look.secrets.begin(), look.secrets.end(),
                     [](const SecretLook& secret) { return secret.vault.empty() && secret.login.empty(); });
}

std::string version_of(const SecretLook& secret) {
  return secret.version.empty() ? secret.reference : secret.reference + " version " + secret.version;
}

Step step_of(std::string_view name, VaultStage stage, const internal::VaultLook& look, const Error* error,
             std::string detail) {
  Step step{name};
  if (look.stage > stage) {
    step.outcome = Outcome::kPassed;
    step.detail = std::move(detail);
  } else if (look.stage == stage && error != nullptr) {
    step.outcome = Outcome::kFailed;
    step.error = in_shell_words(*error);
  }
  return step;
}

}  // namespace

std::vector<Step> vault_steps(const internal::VaultLook& look, const Error* error) {
  if (look.secrets.empty()) return {};
  std::vector<Step> steps;
  const auto add = [&](std::string_view name, VaultStage stage, std::string detail) {
    steps.push_back(step_of(name, stage, look, error, std::move(detail)));
  };
  if (!asks_nobody(look)) {
    add(step_name::kVaultReach, VaultStage::kReach, listed(look.secrets, [](const auto& one) { return one.vault; }));
    if (look.stage > VaultStage::kReach && !look.reached) steps.back() = Step{step_name::kVaultReach};
    add(step_name::kVaultLogin, VaultStage::kLogin,
        "by " + listed(look.secrets, [](const auto& one) { return one.login; }));
  }
  add(step_name::kVaultRead, VaultStage::kRead, listed(look.secrets, version_of));
  add(step_name::kVaultDecode, VaultStage::kDecode,
      listed(look.places, [](const auto& one) { return one.credential; }));
  return steps;
}

}  // namespace easypost_connect::tool
