// SPDX-License-Identifier: Apache-2.0
#include "engine/multiplexed_engine.hpp"

#include <new>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

MultiplexedEngine::MultiplexedEngine(LoopScope scope, std::unique_ptr<AsyncTransport> transport,
                                     std::shared_ptr<ClientThreads> threads, const CancellationToken& end)
    : threads_(std::move(threads)),
      loop_(std::move(scope), std::move(transport), [this] { look_for_cancelled(); }),
      client_ends_(end, [this] { stop(); }) {}

Result<void> MultiplexedEngine::submit(AsyncCalls& calls) noexcept try {
  const std::lock_guard lock(mutex_);
  if (orders_.stop) return cancelled_error();
  start_thread();
  orders_.calls.splice(orders_.calls.end(), calls);
  wake_once();
  return {};
} catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const std::system_error&) {
  return no_thread_error("The system gave no thread to make the call on.");
}

void MultiplexedEngine::send_token_request(Request request, CallContext context, SideAttempt::Answered answered) {
  SideAttempts side_attempt;
  side_attempt.emplace_back(std::move(request), std::move(context), std::move(answered));
  start(side_attempt);
}

void MultiplexedEngine::open_connection(CallContext context, SideAttempt::Opened opened) {
  SideAttempts side_attempt;
  side_attempt.emplace_back(std::move(context), std::move(opened));
  start(side_attempt);
}

void MultiplexedEngine::start(SideAttempts& side_attempt) {
  const std::lock_guard lock(mutex_);
  if (orders_.stop) return;
  start_thread();
  orders_.side_attempts.splice(orders_.side_attempts.end(), side_attempt);
  wake_once();
}

void MultiplexedEngine::look_for_tokens() noexcept {
  const std::lock_guard lock(mutex_);
  orders_.look_for_tokens = true;
  wake_once();
}

void MultiplexedEngine::look_for_cancelled() {
  const std::lock_guard lock(mutex_);
  orders_.look_for_cancelled = true;
  wake_once();
}

void MultiplexedEngine::stop() noexcept {
  const std::lock_guard lock(mutex_);
  orders_.stop = true;
  wake_once();
}

/// The caller holds the lock.
void MultiplexedEngine::start_thread() {
  if (has_thread_) return;
  threads_->start(ClientThreads::Work::kCarryCalls, [self = shared_from_this()] { self->work(); });
  has_thread_ = true;
}

/// The caller holds the lock. A wake-up is a system call: one is enough for all orders that the thread has not looked
/// at.
void MultiplexedEngine::wake_once() noexcept {
  if (!std::exchange(looks_soon_, true)) loop_.wake();
}

void MultiplexedEngine::work() noexcept {
  for (;;) {
    loop_.complete();
    if (take_orders()) return loop_.close();  // the threads of the transport may be the ones that destroy the engine
    turn();
  }
}

void MultiplexedEngine::turn() noexcept {
  loop_.advance();
  loop_.run();
  const std::lock_guard lock(mutex_);
  looks_soon_ = true;
}

/// True: the engine is at its end, and so is everything it had to do.
bool MultiplexedEngine::take_orders() noexcept {
  Orders orders;
  {
    const std::lock_guard lock(mutex_);
    orders.calls.swap(orders_.calls);
    orders.side_attempts.swap(orders_.side_attempts);
    orders.look_for_tokens = std::exchange(orders_.look_for_tokens, false);
    orders.look_for_cancelled = std::exchange(orders_.look_for_cancelled, false);
    orders.stop = orders_.stop;
    looks_soon_ = orders.stop;
  }
  loop_.add(std::move(orders.side_attempts));
  loop_.add(std::move(orders.calls));
  if (orders.look_for_tokens) loop_.look_for_tokens();
  if (orders.look_for_cancelled) loop_.end_cancelled();
  if (orders.stop) loop_.end_all(cancelled_error());
  return orders.stop;
}

}  // namespace easypost_connect::internal
