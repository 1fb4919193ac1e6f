// SPDX-License-Identifier: Apache-2.0
#include "transport/request_body.hpp"

#include <algorithm>

namespace easypost_connect::internal {

bool has_body(const Request& request) noexcept {
  return !request.body.empty() || request.method == Method::kPut || !is_idempotent(request.method);
}

std::size_t RequestBody::on_read(char* buffer, std::size_t size, std::size_t count, void* body) noexcept {
  std::string_view& rest = static_cast<RequestBody*>(body)->rest_;
  const std::size_t taken = std::min(size * count, rest.size());
  std::copy_n(rest.data(), taken, buffer);
  rest.remove_prefix(taken);
  return taken;
}

int RequestBody::on_seek(void* /*body*/, curl_off_t /*offset*/, int /*origin*/) noexcept { return CURL_SEEKFUNC_FAIL; }

}  // namespace easypost_connect::internal
