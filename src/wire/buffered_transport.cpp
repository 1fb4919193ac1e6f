// SPDX-License-Identifier: Apache-2.0
#include "wire/buffered_transport.hpp"

#include "wire/buffered_bodies.hpp"

namespace easypost_connect::internal {

Result<Response> BufferedTransport::send(const Request& request, const CallContext& context) {
  if (!streams(request)) return inner_->send(request, context);
  const auto sent = buffered(request);
  if (!sent) return sent.error();
  return unbuffered(request, inner_->send(sent->request, context));
}

}  // namespace easypost_connect::internal
