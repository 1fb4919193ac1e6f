// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include <easypost_connect/certificate_facts.hpp>

namespace easypost_connect::tool {

/// Returns "2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z, 89 days left"
[[nodiscard]] std::string validity(const CertificateFacts& facts, std::chrono::system_clock::time_point now);

/// Returns "RSA, 2048 bits"
[[nodiscard]] std::string to_text(const KeyFacts& key);

// The names and values of both are those of docs/cli.md.
[[nodiscard]] nlohmann::ordered_json to_json(const CertificateFacts& facts, std::chrono::system_clock::time_point now);
[[nodiscard]] nlohmann::ordered_json to_json(const PrivateKeyFacts& key);

}  // namespace easypost_connect::tool
