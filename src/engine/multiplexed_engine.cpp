// SPDX-License-Identifier: Apache-2.0
#include "engine/multiplexed_engine.hpp"

#include <exception>
#include <mutex>
#include <utility>

#include "core/guest_thread.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {

/// What the I/O thread and all others share: orders go in here, the thread takes them out.
class MultiplexedEngine::Core final : public TokenCarrier, public std::enable_shared_from_this<Core> {
 public:
  Core(IoParts parts, std::unique_ptr<AsyncTransport> transport)
      : loop_(std::move(parts), std::move(transport), *this, [this] { look_for_cancelled(); }) {}

  void submit(AsyncCalls& calls);
  void carry(TokenRequest request, Outcome outcome) override;
  void open_connection(CallContext context, Outcome outcome);
  void look_for_cancelled();
  /// Ends everything; gives back the thread, which is about to end.
  [[nodiscard]] std::thread stop();

 private:
  struct Orders {
    AsyncCalls calls;
    Errands errands;
    bool look_for_cancelled = false;
    bool stop = false;
  };

  void run(Errands& errand);
  void start_thread();
  void wake_once();
  void work();
  [[nodiscard]] bool take_orders();
  void turn();

  IoLoop loop_;  // the thread's own, but for wake()
  std::mutex mutex_;
  Orders orders_;
  bool looks_soon_ = false;  // the thread will look at the orders without being woken
  std::thread thread_;
};

void MultiplexedEngine::Core::submit(AsyncCalls& calls) {
  const std::lock_guard lock(mutex_);
  start_thread();
  orders_.calls.splice(orders_.calls.end(), calls);
  wake_once();
}

void MultiplexedEngine::Core::carry(TokenRequest request, Outcome outcome) {
  Errands errand;
  errand.emplace_back(std::move(request), std::move(outcome));
  run(errand);
}

void MultiplexedEngine::Core::open_connection(CallContext context, Outcome outcome) {
  Errands errand;
  errand.emplace_back(std::move(context), std::move(outcome));
  run(errand);
}

void MultiplexedEngine::Core::run(Errands& errand) {
  const std::lock_guard lock(mutex_);
  start_thread();
  orders_.errands.splice(orders_.errands.end(), errand);
  wake_once();
}

void MultiplexedEngine::Core::look_for_cancelled() {
  const std::lock_guard lock(mutex_);
  orders_.look_for_cancelled = true;
  wake_once();
}

/// With the lock held.
void MultiplexedEngine::Core::start_thread() {
  if (!thread_.joinable()) thread_ = guest_thread([self = shared_from_this()] { self->work(); });
}

/// With the lock held. A wake-up is a system call: one is enough for all orders that the thread has not looked at.
void MultiplexedEngine::Core::wake_once() {
  if (!std::exchange(looks_soon_, true)) loop_.wake();
}

std::thread MultiplexedEngine::Core::stop() {
  std::unique_lock lock(mutex_);
  orders_.stop = true;
  wake_once();
  std::thread thread = std::move(thread_);
  lock.unlock();
  // Destroyed by the end of its last call, in the middle of complete(): whatever there is has to end before it does.
  if (thread.get_id() == std::this_thread::get_id()) static_cast<void>(take_orders());
  return thread;
}

void MultiplexedEngine::Core::work() {
  for (;;) {
    try {
      loop_.complete();
      if (take_orders()) return;
      turn();
    } catch (const std::exception& exception) {
      loop_.end_all(make_error(ErrorCode::kConnection, Factor::kRequest,
                               std::string("The call could not go on: ") + exception.what() + ".", "Free memory."));
    }
  }
}

void MultiplexedEngine::Core::turn() {
  loop_.advance();
  loop_.run();
  const std::lock_guard lock(mutex_);
  looks_soon_ = true;
}

/// True: the engine is at its end, and so is everything it had to do.
bool MultiplexedEngine::Core::take_orders() {
  Orders orders;
  {
    const std::lock_guard lock(mutex_);
    orders.calls.swap(orders_.calls);
    orders.errands.swap(orders_.errands);
    orders.look_for_cancelled = std::exchange(orders_.look_for_cancelled, false);
    orders.stop = orders_.stop;
    looks_soon_ = orders.stop;
  }
  loop_.add(std::move(orders.errands));
  loop_.add(std::move(orders.calls));
  if (orders.look_for_cancelled) loop_.end_cancelled();
  if (orders.stop) loop_.end_all(cancelled_error());
  return orders.stop;
}

MultiplexedEngine::MultiplexedEngine(IoParts parts, std::unique_ptr<AsyncTransport> transport,
                                     std::shared_ptr<IoThreads> threads)
    : threads_(std::move(threads)),
      core_(std::make_shared<Core>(parts, std::move(transport))),
      client_ends_(parts.end, [this] { core_->look_for_cancelled(); }) {}

MultiplexedEngine::~MultiplexedEngine() {
  std::thread thread = core_->stop();
  if (thread.get_id() == std::this_thread::get_id()) {
    threads_->join_later(std::move(thread));
  } else if (thread.joinable()) {
    thread.join();
  }
}

void MultiplexedEngine::submit(AsyncCalls& calls) { core_->submit(calls); }

void MultiplexedEngine::carry(TokenRequest request, Outcome outcome) {
  core_->carry(std::move(request), std::move(outcome));
}

void MultiplexedEngine::open_connection(CallContext context, Outcome outcome) {
  core_->open_connection(std::move(context), std::move(outcome));
}

}  // namespace easypost_connect::internal
