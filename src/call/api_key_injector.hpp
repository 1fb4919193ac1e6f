// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/transport.hpp>

namespace easypost_connect::internal {

/// Layer 2: puts `x-api-key` on a call.
class ApiKeyInjector {
 public:
  explicit ApiKeyInjector(Secret api_key) : api_key_(std::move(api_key)) {}

  void apply(CallContext& context) const { context.credentials.push_back({"x-api-key", api_key_}); }

 private:
  Secret api_key_;
};

}  // namespace easypost_connect::internal
