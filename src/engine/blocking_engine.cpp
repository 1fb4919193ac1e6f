// SPDX-License-Identifier: Apache-2.0
#include "engine/blocking_engine.hpp"

#include <thread>

namespace easypost_connect::internal {

Result<Response> BlockingEngine::run(Call& call) const {
  for (;;) {
    switch (call.step()) {
      case Call::Step::kNeedToken: call.on_token(token_for(call)); break;
      case Call::Step::kTransmit:
        call.on_response(transport_.send(call.request(), call.context()), clock_.now());
        break;
      case Call::Step::kPause:
        std::this_thread::sleep_until(call.resume_at());
        call.on_resume();
        break;
      case Call::Step::kDone: return call.take_result();
    }
  }
}

Result<AccessToken> BlockingEngine::token_for(const Call& call) const {
  if (call.refused_token()) tokens_.invalidate(*call.refused_token());
  return tokens_.get(call.context().deadline);
}

}  // namespace easypost_connect::internal
