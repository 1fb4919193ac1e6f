// SPDX-License-Identifier: Apache-2.0
#include "wire/http_version.hpp"

#include "core/body_origin.hpp"
#include "core/body_target.hpp"

namespace easypost_connect::internal {

HttpVersion version_for(const Request& request) noexcept {
  const bool large = size_of(request.body).value_or(kWorthAConnection) >= kWorthAConnection;
  const bool on_a_new_connection = !repeatable(request.body);
  const bool for_a_sink = target_of(request.options.sink) != nullptr;
  return large || on_a_new_connection || for_a_sink ? HttpVersion::kHttp1 : HttpVersion::kHttp2;
}

}  // namespace easypost_connect::internal
