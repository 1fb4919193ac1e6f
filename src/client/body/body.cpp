// SPDX-License-Identifier: Apache-2.0
#include "body/body.hpp"

namespace easypost_connect {

Body Body::from_memory(std::string_view bytes) noexcept {
  Body body;
  body.borrowed_ = bytes;
  return body;
}

namespace internal {

const BodySource* source_of(const Body& body) noexcept { return body.origin_.get(); }

std::optional<std::uint64_t> size_of(const Body& body) noexcept {
  const BodySource* origin = source_of(body);
  return origin != nullptr ? origin->size() : body.bytes().size();
}

bool repeatable(const Body& body) noexcept {
  const BodySource* origin = source_of(body);
  return origin == nullptr || origin->repeatable();
}

bool spent(const Body& body) noexcept {
  const BodySource* origin = source_of(body);
  return origin != nullptr && origin->spent();
}

}  // namespace internal

}  // namespace easypost_connect

namespace easypost_connect::internal {

const BodyDrain* drain_of(const BodySink& sink) noexcept { return sink.target_.get(); }

bool spent(const BodySink& sink) noexcept {
  const BodyDrain* target = drain_of(sink);
  return target != nullptr && target->spent();
}

}  // namespace easypost_connect::internal
