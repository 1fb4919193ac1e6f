// SPDX-License-Identifier: Apache-2.0
#include "certificate_text.hpp"

#include "error_text.hpp"

namespace easypost_connect::tool {

std::string validity(const CertificateFacts& facts, std::chrono::system_clock::time_point now) {
  const long days = facts.days_left(now);
  const std::string left = facts.not_before > now ? "not yet valid"
                           : facts.valid_at(now)  ? std::to_string(days) + (days == 1 ? " day left" : " days left")
                                                  : "expired";
  return to_iso8601(facts.not_before) + " to " + to_iso8601(facts.not_after) + ", " + left;
}

std::string to_text(const KeyFacts& key) { return key.type + ", " + std::to_string(key.bits) + " bits"; }

nlohmann::ordered_json to_json(const CertificateFacts& facts, std::chrono::system_clock::time_point now) {
  return {{"subject", facts.subject},
          {"issuer", facts.issuer},
          {"serial_number", facts.serial_number},
          {"not_before", to_iso8601(facts.not_before)},
          {"not_after", to_iso8601(facts.not_after)},
          {"days_left", facts.days_left(now)},
          {"key_type", facts.public_key.type},
          {"key_bits", facts.public_key.bits},
          {"purposes", facts.purposes},
          {"key_usages", facts.key_usages},
          {"may_be_client", facts.may_be_client},
          {"sha256", facts.sha256},
          {"x5t#S256", facts.x5t_s256}};
}

nlohmann::ordered_json to_json(const PrivateKeyFacts& key) {
  return {{"key_type", key.type},
          {"key_bits", key.bits},
          {"encrypted", key.encrypted},
          {"in_token", key.in_token},
          {"certificate", key.certificate ? nlohmann::ordered_json(*key.certificate) : nlohmann::ordered_json()}};
}

}  // namespace easypost_connect::tool
