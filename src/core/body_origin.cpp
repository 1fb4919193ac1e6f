// SPDX-License-Identifier: Apache-2.0
#include "core/body_origin.hpp"

namespace easypost_connect {

Body Body::from_memory(std::string_view bytes) noexcept {
  Body body;
  body.borrowed_ = bytes;
  return body;
}

namespace internal {

const BodyOrigin* origin_of(const Body& body) noexcept { return body.origin_.get(); }

std::optional<std::uint64_t> size_of(const Body& body) noexcept {
  const BodyOrigin* origin = origin_of(body);
  return origin != nullptr ? origin->size() : body.bytes().size();
}

bool repeatable(const Body& body) noexcept {
  const BodyOrigin* origin = origin_of(body);
  return origin == nullptr || origin->repeatable();
}

bool spent(const Body& body) noexcept {
  const BodyOrigin* origin = origin_of(body);
  return origin != nullptr && origin->spent();
}

}  // namespace internal
}  // namespace easypost_connect
