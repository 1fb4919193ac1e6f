// SPDX-License-Identifier: Apache-2.0
#include "core/redact.hpp"

#include "core/form_encoding.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

void replace_all(std::string& text, std::string_view part) {
  constexpr std::string_view kReplacement = "[redacted]";
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + kReplacement.size())) {
    text.replace(at, part.size(), kReplacement);
  }
}

}  // namespace

std::string redacted(std::string_view text, const Secret& secret) {
  std::string result(text);
  if (secret.empty()) return result;
  std::string encoded;
  WipeOnExit wipe_encoded(encoded);
  encoded.reserve(3 * secret.size());
  append_percent_encoded(encoded, secret.expose());
  replace_all(result, encoded);
  replace_all(result, secret.expose());
  return result;
}

}  // namespace easypost_connect::internal
