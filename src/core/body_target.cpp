// SPDX-License-Identifier: Apache-2.0
#include "core/body_target.hpp"

namespace easypost_connect::internal {

const BodyTarget* target_of(const BodySink& sink) noexcept { return sink.target_.get(); }

bool spent(const BodySink& sink) noexcept {
  const BodyTarget* target = target_of(sink);
  return target != nullptr && target->spent();
}

}  // namespace easypost_connect::internal
