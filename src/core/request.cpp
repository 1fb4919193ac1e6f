// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/request.hpp>
#include <easypost_connect/transport.hpp>

namespace easypost_connect {

std::string_view to_string(Method method) noexcept {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kHead: return "HEAD";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
  }
  return "GET";
}

bool is_idempotent(Method method) noexcept { return method != Method::kPost && method != Method::kPatch; }

Transport::~Transport() = default;

}  // namespace easypost_connect
