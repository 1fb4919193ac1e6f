// SPDX-License-Identifier: Apache-2.0
#include "engine/io_loop.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

void AsyncCall::on_answer(Result<Response> answer) noexcept { loop_->answered(*this, std::move(answer)); }
void SideAttempt::on_answer(Result<Response> answer) noexcept { loop_->ended(*this, std::move(answer)); }
void SideAttempt::on_connection(Result<void> opened) noexcept { loop_->ended(*this, std::move(opened)); }

IoLoop::IoLoop(LoopScope scope, std::unique_ptr<AsyncTransport> transport, std::function<void()> wake_for_cancel)
    : scope_(std::move(scope)), transport_(std::move(transport)), wake_for_cancel_(std::move(wake_for_cancel)) {}

void IoLoop::add(AsyncCalls calls) noexcept {
  while (!calls.empty()) {
    AsyncCall& call = calls.front();
    call.loop_ = this;
    call.list_ = &calls;
    call.position_ = calls.begin();
    call.timer_ = timers_.end();
    move(call, ready_);
    step(call, [&] {
      call.timer_ = timers_.emplace(call.call_.deadline(), &call);
      if (call.cancellation().can_be_cancelled()) call.wake_on_cancel_.emplace(call.cancellation(), wake_for_cancel_);
      call.cancellation().cancelled() ? end(call, cancelled_error()) : drive(call);
    });
  }
}

void IoLoop::add(SideAttempts side_attempts) noexcept {
  while (!side_attempts.empty()) {
    side_attempts_.splice(side_attempts_.end(), side_attempts, side_attempts.begin());
    SideAttempt& side_attempt = side_attempts_.back();
    side_attempt.loop_ = this;
    side_attempt.position_ = std::prev(side_attempts_.end());
    if (auto started = start(side_attempt); !started) ended(side_attempt, std::move(started).error());
  }
}

/// Takes one step of a call. Short of memory, that call ends, and no other.
template <typename Work>
void IoLoop::step(AsyncCall& call, const Work& work) noexcept try {
  work();
} catch (const std::bad_alloc&) {
  give_up(call);
}

void IoLoop::give_up(AsyncCall& call) noexcept {
  if (call.list_ == &transmitting_) transport_->abort(call);
  call.call_.on_abandoned(out_of_memory());
  finish(call);
}

void IoLoop::finish(AsyncCall& call) noexcept {
  drop_refused_token(call);
  if (call.timer_ != timers_.end()) timers_.erase(call.timer_);
  call.wake_on_cancel_.reset();
  move(call, done_);
}

/// The blocking engine's loop, one step at a time: takes the call to where it has to wait.
void IoLoop::drive(AsyncCall& call) {
  switch (call.call_.step()) {
    case Call::Step::kNeedToken: return take_token(call);
    case Call::Step::kTransmit: set_timer(call, call.call_.deadline()); return move(call, ready_);
    case Call::Step::kPause:
      if (scope_.observer != nullptr) report_retry(*scope_.observer, call.call_, scope_.clock->now().steady);
      set_timer(call, call.call_.resume_at());
      return move(call, pausing_);
    case Call::Step::kDone: return finish(call);
  }
}

void IoLoop::drop_refused_token(const AsyncCall& call) {
  if (call.call_.refused_token()) call.tokens_.invalidate(*call.call_.refused_token());
}

void IoLoop::take_token(AsyncCall& call) {
  drop_refused_token(call);
  if (auto token = call.tokens_.get_now()) {
    call.call_.on_token(*std::move(token), scope_.clock->now());
    return drive(call);
  }
  set_timer(call, call.call_.deadline());
  move(call, without_token_);
}

void IoLoop::start_attempt(AsyncCall& call) {
  call.attempt_start_ = scope_.clock->now().steady;
  call.call_.begin_attempt(call.attempt_start_);
  set_timer(call, call.context().deadline);
  if (scope_.observer != nullptr) {
    call.report_.emplace(call.call_);
    call.report_->started(*scope_.observer);
  }
  if (auto started = start(call); !started) return answered(call, std::move(started).error());
  move(call, transmitting_);
}

/// If it fails, the transport does not have the attempt.
Result<void> IoLoop::start(Attempt& attempt) noexcept try {
  return transport_->start(attempt);
} catch (const std::bad_alloc&) {
  Error error = out_of_memory();
  error.never_sent = true;
  return error;
}

/// The transport has let go of it.
void IoLoop::answered(AsyncCall& call, Result<Response> answer) noexcept {
  move(call, ready_);
  const Moment now = scope_.clock->now();
  if (scope_.observer != nullptr) call.report_->finished(*scope_.observer, answer, now.steady - call.attempt_start_);
  step(call, [&] {
    call.call_.on_response(std::move(answer), now);
    drive(call);
  });
}

template <typename Outcome>
void IoLoop::ended(SideAttempt& side_attempt, Outcome outcome) noexcept {
  SideAttempts ended;
  ended.splice(ended.end(), side_attempts_, side_attempt.position_);
  side_attempt.tell(std::move(outcome));
}

void IoLoop::look_for_tokens() noexcept {
  for (std::size_t waiting = without_token_.size(); waiting > 0; --waiting) {
    AsyncCall& call = without_token_.front();
    step(call, [&] { drive(call); });
  }
}

void IoLoop::advance() noexcept {
  const SteadyTime now = scope_.clock->now().steady;
  while (!timers_.empty() && timers_.begin()->first <= now) {
    AsyncCall& call = *timers_.begin()->second;
    step(call, [&] { timed_out(call, now); });
  }
  for (auto next = side_attempts_.begin(); next != side_attempts_.end();) {
    SideAttempt& side_attempt = *next++;
    if (side_attempt.context().deadline <= now) ended(side_attempt, transport_->abort(side_attempt));
  }
  while (!ready_.empty() && transmitting_.size() < scope_.max_in_flight) {
    AsyncCall& call = ready_.front();
    step(call, [&] { start_attempt(call); });
  }
}

/// The end of a pause, or a deadline.
void IoLoop::timed_out(AsyncCall& call, SteadyTime now) {
  if (call.list_ == &pausing_) {
    call.call_.on_resume();
    return drive(call);
  }
  if (call.list_ == &transmitting_) {
    const SteadyTime end = transport_->end_of(call);
    if (end > now) return set_timer(call, end);
    return answered(call, transport_->abort(call));
  }
  if (call.list_ == &ready_) {
    call.call_.on_too_late();
    return drive(call);
  }
  end(call, deadline_error("The deadline passed while waiting for an access token."));
}

/// Ends `call` with `error`, whichever list it is in.
void IoLoop::end(AsyncCall& call, const Error& error) noexcept {
  if (call.list_ == &transmitting_) {
    const Error ended = transport_->abort(call);
    Error told = copy_of(error);
    told.never_sent = ended.never_sent;
    told.never_whole = ended.never_whole;
    return answered(call, std::move(told));
  }
  call.call_.on_abandoned(copy_of(error));
  finish(call);
}

void IoLoop::end_all_in(AsyncCalls& calls, const Error& error, bool only_cancelled) noexcept {
  for (auto next = calls.begin(); next != calls.end();) {
    AsyncCall& call = *next++;
    if (!only_cancelled || call.cancellation().cancelled()) end(call, error);
  }
}

void IoLoop::end_cancelled() noexcept {
  for (AsyncCalls* calls : {&without_token_, &ready_, &transmitting_, &pausing_}) {
    end_all_in(*calls, cancelled_error(), true);
  }
}

void IoLoop::end_all(const Error& error) noexcept {
  while (!side_attempts_.empty()) {
    SideAttempt& side_attempt = side_attempts_.front();
    transport_->abort(side_attempt);
    ended(side_attempt, copy_of(error));
  }
  for (AsyncCalls* calls : {&without_token_, &ready_, &transmitting_, &pausing_}) end_all_in(*calls, error, false);
  complete();
}

void IoLoop::run() noexcept { transport_->run(next_time()); }

SteadyTime IoLoop::next_time() const noexcept {
  if (!done_.empty()) return scope_.clock->now().steady;
  SteadyTime next = timers_.empty() ? SteadyTime::max() : timers_.begin()->first;
  for (const auto& side_attempt : side_attempts_) next = std::min(next, side_attempt.context().deadline);
  return next;
}

void IoLoop::complete() noexcept {
  while (!done_.empty()) {
    AsyncCalls ended;
    ended.splice(ended.end(), done_, done_.begin());
    ended.front().complete();
  }
}

void IoLoop::move(AsyncCall& call, AsyncCalls& to) noexcept {
  to.splice(to.end(), *call.list_, call.position_);
  call.list_ = &to;
}

void IoLoop::set_timer(AsyncCall& call, SteadyTime when) {
  if (call.timer_->first == when) return;
  auto node = timers_.extract(call.timer_);
  node.key() = when;
  call.timer_ = timers_.insert(std::move(node));
}

}  // namespace easypost_connect::internal
