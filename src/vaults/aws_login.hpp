// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "vaults/aws_key_source.hpp"

namespace easypost_connect::internal {

/// Gets and keeps the keys of AWS. Temporary ones are renewed five minutes before their end, and stay in use up to it
/// while that fails.
class AwsLogin {
 public:
  explicit AwsLogin(std::unique_ptr<AwsKeySource> source) : source_(std::move(source)) {}

  [[nodiscard]] std::string name() const { return source_->name(); }
  [[nodiscard]] bool has_keys() const noexcept { return kept_.has_value(); }
  /// Returns the keys; gets some first if there are none, or if those that are there near their end.
  [[nodiscard]] Result<vaults::AwsKeys> keys(WallTime now, const VaultStep& step, const std::string& region);
  /// Forgets keys that AWS has refused.
  void drop() noexcept { kept_.reset(); }

 private:
  std::unique_ptr<AwsKeySource> source_;
  std::optional<AwsCredentials> kept_;
};

}  // namespace easypost_connect::internal
