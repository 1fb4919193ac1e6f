// SPDX-License-Identifier: Apache-2.0
#include "engine/blocking_engine.hpp"

#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "core/wait.hpp"
#include "engine/attempt_report.hpp"

namespace easypost_connect::internal {

Result<Response> BlockingEngine::run(Call& call) const {
  while (call.step() != Call::Step::kDone) advance(call);
  drop_refused_token(call);
  return call.take_result();
}

void BlockingEngine::advance(Call& call) const try {
  switch (call.step()) {
    case Call::Step::kNeedToken: {
      auto token = token_for(call);
      const Moment now = clock_.now();
      return call.on_token(std::move(token), now);
    }
    case Call::Step::kTransmit: {
      auto response = transmit(call);
      const Moment now = clock_.now();  // all pauses count from the end of the attempt
      return call.on_response(std::move(response), now);
    }
    case Call::Step::kPause: return pause(call);
    case Call::Step::kDone: return;
  }
} catch (const std::bad_alloc&) {
  call.on_abandoned(out_of_memory());
}

void BlockingEngine::drop_refused_token(const Call& call) const {
  if (call.refused_token()) tokens_.invalidate(*call.refused_token());
}

Result<AccessToken> BlockingEngine::token_for(const Call& call) const {
  drop_refused_token(call);
  return tokens_.get(call.deadline(), call.context().cancellation);
}

Result<Response> BlockingEngine::transmit(Call& call) const {
  const SteadyTime start = clock_.now().steady;
  call.begin_attempt(start);
  if (observer_ == nullptr) return send(call);
  const AttemptReport report(call);
  report.started(*observer_);
  auto response = send(call);
  report.finished(*observer_, response, clock_.now().steady - start);
  return response;
}

/// Short of memory, nobody knows how much of the request has been sent: that is an answer too.
Result<Response> BlockingEngine::send(const Call& call) const try {
  return transport_.send(call.request(), call.context());
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

void BlockingEngine::pause(Call& call) const {
  if (observer_ != nullptr) report_retry(*observer_, call, clock_.now().steady);
  const bool cancelled = wait_until(call.resume_at(), call.context().cancellation);
  cancelled ? call.on_abandoned(cancelled_error()) : call.on_resume();
}

}  // namespace easypost_connect::internal
