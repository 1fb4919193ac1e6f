// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/async.hpp>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <set>

#include "core/make_error.hpp"
#include "engine/client_threads.hpp"

namespace easypost_connect {
namespace {

using Threads = std::shared_ptr<const internal::ClientThreads>;

/// A thread that carries out calls of the client would wait for itself if it waited for one of them.
bool must_not_wait(const Threads& threads) { return threads && threads->calls_are_carried_here(); }

}  // namespace

std::future<Result<Response>> send_future(ConnectClient& client, Request request) {
  const auto promise = std::make_shared<std::promise<Result<Response>>>();
  auto future = promise->get_future();
  if (must_not_wait(internal::threads_of(client))) {
    promise->set_value(internal::would_wait_for_itself());
    return future;
  }
  client.send_async(std::move(request), [promise](Result<Response> result) { promise->set_value(std::move(result)); });
  return future;
}

/// Holds the results that the I/O thread puts there until the batch's thread takes them.
class Batch::Impl {
 public:
  Impl(Threads threads, Order order) : threads_(std::move(threads)), order_(order) {}

  /// The index of the request that start() starts next.
  [[nodiscard]] std::size_t next_index() const noexcept { return started_; }
  /// Makes room for the outcome, so that put() needs no memory.
  void start() {
    std::list<Outcome> room;
    room.push_back({started_, Error()});
    open_.insert(open_.end(), started_++);
    const std::lock_guard lock(mutex_);
    room_.splice(room_.end(), room);
  }
  [[nodiscard]] std::size_t open() const noexcept { return open_.size(); }
  [[nodiscard]] bool must_not_wait() const { return easypost_connect::must_not_wait(threads_); }

  void put(std::size_t index, Result<Response> result) noexcept {
    const std::lock_guard lock(mutex_);
    room_.front() = {index, std::move(result)};
    arrived_.splice(arrived_.end(), room_, room_.begin());
    if (waiting_) changed_.notify_one();
  }

  Outcome take() {
    for (;;) {
      if (auto next = next_in_order()) return *std::move(next);
      if (!look_for_more()) return {close(*open_.begin()), internal::would_wait_for_itself()};
    }
  }

 private:
  std::optional<Outcome> next_in_order() {
    const auto is_next = [this](const Outcome& outcome) {
      return order_ == Order::kAsTheyCome || outcome.index == *open_.begin();
    };
    const auto next = std::find_if(here_.begin(), here_.end(), is_next);
    if (next == here_.end()) return std::nullopt;
    Outcome outcome{close(next->index), std::move(next->result)};
    here_.erase(next);
    return outcome;
  }

  std::size_t close(std::size_t index) {
    open_.erase(index);
    return index;
  }

  /// Takes all that has arrived at once, because the I/O thread needs the lock too. Returns false when nothing has
  /// arrived, and nothing would while this thread waits.
  bool look_for_more() {
    const bool may_wait = !must_not_wait();
    std::list<Outcome> arrived;
    {
      std::unique_lock lock(mutex_);
      waiting_ = may_wait;
      if (may_wait) changed_.wait(lock, [this] { return !arrived_.empty(); });
      waiting_ = false;
      arrived.swap(arrived_);
    }
    const bool any = !arrived.empty();
    arrived.remove_if([this](const Outcome& outcome) { return open_.count(outcome.index) == 0; });
    here_.splice(here_.end(), arrived);
    return any;
  }

  const Threads threads_;
  const Order order_;
  std::size_t started_ = 0;  // used by the batch's thread alone, like all members up to the mutex
  std::set<std::size_t> open_;
  std::list<Outcome> here_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_ = false;
  std::list<Outcome> room_;  // holds a node for each outcome that has not arrived
  std::list<Outcome> arrived_;
};

Batch::Batch(ConnectClient& client, Order order)
    : client_(client), impl_(std::make_shared<Impl>(internal::threads_of(client), order)) {}

Batch::~Batch() {
  while (open() > 0) static_cast<void>(take());
}

void Batch::start(Request request) {
  Completion completion = [impl = impl_, index = impl_->next_index()](Result<Response> result) {
    impl->put(index, std::move(result));
  };
  impl_->start();
  if (impl_->must_not_wait()) return completion(internal::would_wait_for_itself());
  client_.send_async(std::move(request), std::move(completion));
}

std::size_t Batch::open() const noexcept { return impl_->open(); }

Batch::Outcome Batch::take() { return impl_->take(); }

}  // namespace easypost_connect
