// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vaults/secret_reader.hpp"

namespace easypost_connect::internal {

/// Reads file:/path and env:NAME.
class LocalReader final : public SecretReader {
 public:
  [[nodiscard]] Result<void> check(const SecretReference& reference) const override;
  [[nodiscard]] Result<ReadSecret> read(const SecretReference& reference) override;
  [[nodiscard]] std::optional<std::string> login(const SecretReference& reference) const override;
};

}  // namespace easypost_connect::internal
