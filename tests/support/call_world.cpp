// SPDX-License-Identifier: Apache-2.0
#include "call_world.hpp"

#include <algorithm>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kAttempt{500};

Error broken_network(bool never_sent) {
  Error error = make_error(ErrorCode::kConnection, Factor::kNetwork, "reset", "");
  error.retryable = true;
  error.never_sent = never_sent;
  return error;
}

Error too_late() {
  Error error = make_error(ErrorCode::kTimeout, Factor::kNetwork, "late", "");
  error.retryable = true;
  return error;
}

}  // namespace

CallWorld::CallWorld(unsigned seed)
    : random_(seed),
      now_{SteadyTime(std::chrono::hours(1)), WallTime(std::chrono::hours(400'000))},
      policies_{ApiKeyAuthorizer(Secret("canary-secret-key")), BearerAuthorizer(),
                RetryPolicy(RetryOptions{}, random_jitter, kAttempt)},
      cache_(random_jitter) {}

void CallWorld::run(int calls) {
  for (int i = 0; i < calls; ++i) {
    actors_.push_back(std::make_unique<Actor>());
    Actor& actor = *actors_.back();
    actor.request.method = chance(0.3) ? Method::kPost : Method::kGet;
    at(now_.steady + upto(20'000), [this, &actor] { begin(actor); });
  }
  for (int i = 0; i < 5; ++i) at(now_.steady + upto(30'000), [this] { disturb_clocks(); });
  while (!events_.empty()) {
    const auto next = events_.begin();
    const auto step = std::max(next->first - now_.steady, SteadyTime::duration(0));
    now_.steady += step;
    now_.wall += std::chrono::duration_cast<WallTime::duration>(step);
    const auto event = std::move(next->second);
    events_.erase(next);
    event();
  }
  for (const auto& actor : actors_) check(actor->completions == 1, "a call did not complete exactly once");
}

/// Suspends the machine, or lets somebody set the clock.
void CallWorld::disturb_clocks() {
  now_.wall += chance(0.5) ? WallTime::duration(seconds(3)) : -WallTime::duration(seconds(2));
  if (!tokens_.empty() && chance(0.5)) revoked_ = tokens_.begin()->first;
}

void CallWorld::begin(Actor& actor) {
  CallContext context;
  context.deadline = now_.steady + milliseconds(50) + upto(6'000);
  actor.call = std::make_unique<Call>(policies_, actor.request, std::move(context));
  if (chance(0.2)) at(now_.steady + upto(3'000), [this, &actor] { cancel(actor); });
  drive(actor);
}

void CallWorld::drive(Actor& actor) {
  switch (actor.call->step()) {
    case Call::Step::kNeedToken: return need_token(actor);
    case Call::Step::kTransmit: return transmit(actor);
    case Call::Step::kPause:
      check(actor.call->resume_at() < actor.call->deadline(), "a pause that passes the deadline was started");
      return after(actor, actor.call->resume_at(), [&actor] { actor.call->on_resume(); });
    case Call::Step::kDone: return finish(actor);
  }
}

/// Lets something happen to the call at `when`, unless it is cancelled before.
void CallWorld::after(Actor& actor, SteadyTime when, std::function<void()> event) {
  actor.in_wait = true;
  at(when, [this, &actor, wait = ++actor.waits, event = std::move(event)] {
    if (!actor.in_wait || wait != actor.waits) return;
    actor.in_wait = false;
    event();
    drive(actor);
  });
}

void CallWorld::need_token(Actor& actor) {
  if (actor.call->refused_token()) cache_.invalidate(*actor.call->refused_token());
  switch (cache_.ask(now_)) {
    case TokenCache::Advice::kServeAndFetch: start_fetch(); [[fallthrough]];
    case TokenCache::Advice::kServe: actor.call->on_token(cache_.token(), now_); return drive(actor);
    case TokenCache::Advice::kFail: actor.call->on_token(cache_.failure(now_), now_); return drive(actor);
    case TokenCache::Advice::kFetch: start_fetch(); break;
    case TokenCache::Advice::kWait: check(flying_, "a call waits for a fetch that does not exist"); break;
  }
  waiting_for_token_.push_back(&actor);
  after(actor, actor.call->deadline(), [this, &actor] {
    waiting_for_token_.erase(std::remove(waiting_for_token_.begin(), waiting_for_token_.end(), &actor),
                             waiting_for_token_.end());
    actor.call->on_token(too_late(), now_);
  });
}

void CallWorld::start_fetch() {
  check(!flying_, "two fetches at once");
  flying_ = true;
  ++fetches_;
  const Moment asked_at = now_;
  at(now_.steady + upto(400), [this, asked_at] {
    flying_ = false;
    cache_.fetched(token_endpoint(asked_at), now_);
    fetched();
  });
}

void CallWorld::fetched() {
  const auto waiting = std::exchange(waiting_for_token_, {});
  for (Actor* actor : waiting) {
    actor->in_wait = false;
    drive(*actor);
  }
}

Result<AccessToken> CallWorld::token_endpoint(Moment asked_at) {
  if (chance(0.25)) {
    Error error = broken_network(true);
    if (chance(0.3)) error.retry_after = seconds(1);
    return error;
  }
  const AccessToken token("canary-secret-" + std::to_string(fetches_), asked_at, seconds(1 + fetches_ % 4));
  tokens_.emplace(std::string(token.authorization().expose()), token);
  return token;
}

void CallWorld::transmit(Actor& actor) {
  const auto& credentials = actor.call->context().credentials;
  check(credentials.size() == 2, "a call left without all its credentials");
  const std::string authorization(credentials.back().value.expose());
  const auto token = tokens_.find(authorization);
  check(token != tokens_.end() && !token->second.expired(now_), "an expired token went over the wire");
  check(now_.steady < actor.call->deadline(), "an attempt was started after the deadline");
  if (actor.call->resend_count() > 0) {
    ++resent_;
  }
  actor.call->begin_attempt(now_.steady);
  const auto deadline = actor.call->context().deadline;
  const bool ends_in_time =
      deadline <= actor.call->deadline() && (deadline == actor.call->deadline() || deadline == now_.steady + kAttempt);
  check(ends_in_time, "an attempt has neither its own limit nor that of its call");
  const auto answered_at = now_.steady + (chance(0.05) ? milliseconds(seconds(10)) : upto(300));
  if (answered_at >= deadline)
    return after(actor, deadline, [this, &actor] { actor.call->on_response(too_late(), now_); });
  after(actor, answered_at, [this, &actor, authorization] { actor.call->on_response(api(authorization), now_); });
}

Result<Response> CallWorld::api(const std::string& authorization) {
  if (authorization == revoked_ || tokens_.at(authorization).expired(now_)) return Response{401, {}, "", false};
  if (chance(0.1)) return broken_network(chance(0.5));
  if (chance(0.1)) return Response{503, {{"retry-after", "1"}}, "", false};
  if (chance(0.05)) return Response{500, {}, "", false};
  return Response{200, {}, "", false};
}

void CallWorld::finish(Actor& actor) {
  ++actor.completions;
  check(now_.steady <= actor.call->deadline(), "a call outlived its deadline");
  if (actor.call->take_result()) ++succeeded_;
}

void CallWorld::cancel(Actor& actor) {
  if (!actor.in_wait) return;  // the wait has ended
  actor.in_wait = false;
  waiting_for_token_.erase(std::remove(waiting_for_token_.begin(), waiting_for_token_.end(), &actor),
                           waiting_for_token_.end());
  switch (actor.call->step()) {
    case Call::Step::kNeedToken: actor.call->on_token(cancelled_error(), now_); break;
    case Call::Step::kTransmit: actor.call->on_response(cancelled_error(), now_); break;
    case Call::Step::kPause: actor.call->on_abandoned(cancelled_error()); break;
    case Call::Step::kDone: break;
  }
  check(actor.call->step() == Call::Step::kDone, "a cancelled call went on");
  drive(actor);
}

void CallWorld::check(bool holds, const char* what) {
  if (!holds) violations_.emplace_back(what);
}

}  // namespace easypost_connect::internal
