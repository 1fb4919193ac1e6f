// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/async.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "core/make_error.hpp"
#include "engine/client_threads.hpp"

namespace easypost_connect {
namespace {

using Threads = std::shared_ptr<const internal::ClientThreads>;

bool would_wait_for_itself(const Threads& threads) { return threads && threads->calls_are_carried_here(); }

}  // namespace

std::future<Result<Response>> send_future(ConnectClient& client, Request request) {
  const auto promise = std::make_shared<std::promise<Result<Response>>>();
  auto future = promise->get_future();
  if (would_wait_for_itself(internal::threads_of(client))) {
    promise->set_value(internal::would_wait_for_itself());
    return future;
  }
  client.send_async(std::move(request), [promise](Result<Response> result) { promise->set_value(std::move(result)); });
  return future;
}

/// Where the I/O thread puts results, and the batch's thread takes them.
class Batch::Impl {
 public:
  Impl(Threads threads, Order order) : threads_(std::move(threads)), order_(order) {}

  std::size_t start() { return *open_.insert(open_.end(), started_++); }
  [[nodiscard]] std::size_t open() const noexcept { return open_.size(); }
  [[nodiscard]] bool must_not_wait() const { return would_wait_for_itself(threads_); }

  void put(std::size_t index, Result<Response> result) {
    const std::lock_guard lock(mutex_);
    arrived_.push_back({index, std::move(result)});
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
    const auto next = order_ == Order::kAsRequested ? here_.find(*open_.begin()) : here_.begin();
    if (next == here_.end()) return std::nullopt;
    Outcome outcome{close(next->first), std::move(next->second)};
    here_.erase(next);
    return outcome;
  }

  std::size_t close(std::size_t index) {
    open_.erase(index);
    return index;
  }

  /// Takes all that has arrived at once: the lock is the I/O thread's, too. False: nothing has, and nothing would while
  /// this thread waits.
  bool look_for_more() {
    const bool may_wait = !must_not_wait();
    std::deque<Outcome> arrived;
    {
      std::unique_lock lock(mutex_);
      waiting_ = may_wait;
      if (may_wait) changed_.wait(lock, [this] { return !arrived_.empty(); });
      waiting_ = false;
      arrived.swap(arrived_);
    }
    for (auto& outcome : arrived) {
      if (open_.count(outcome.index) != 0) here_.emplace(outcome.index, std::move(outcome.result));
    }
    return !arrived.empty();
  }

  const Threads threads_;
  const Order order_;
  std::size_t started_ = 0;  // of the batch's thread, like all up to the mutex
  std::set<std::size_t> open_;
  std::map<std::size_t, Result<Response>> here_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_ = false;
  std::deque<Outcome> arrived_;
};

Batch::Batch(ConnectClient& client, Order order)
    : client_(client), impl_(std::make_shared<Impl>(internal::threads_of(client), order)) {}

Batch::~Batch() {
  while (open() > 0) static_cast<void>(take());
}

void Batch::start(Request request) {
  const std::size_t index = impl_->start();
  if (impl_->must_not_wait()) return impl_->put(index, internal::would_wait_for_itself());
  client_.send_async(std::move(request),
                     [impl = impl_, index](Result<Response> result) { impl->put(index, std::move(result)); });
}

std::size_t Batch::open() const noexcept { return impl_->open(); }

Batch::Outcome Batch::take() { return impl_->take(); }

}  // namespace easypost_connect
