// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/async.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace easypost_connect {

std::future<Result<Response>> send_future(ConnectClient& client, Request request) {
  const auto promise = std::make_shared<std::promise<Result<Response>>>();
  auto future = promise->get_future();
  client.send_async(std::move(request), [promise](Result<Response> result) { promise->set_value(std::move(result)); });
  return future;
}

/// Where the I/O thread puts results, and the batch's thread takes them.
class Batch::Impl {
 public:
  explicit Impl(Order order) : order_(order) {}

  std::size_t start() noexcept { return started_++; }
  [[nodiscard]] std::size_t open() const noexcept { return started_ - taken_; }

  void put(std::size_t index, Result<Response> result) {
    const std::lock_guard lock(mutex_);
    arrived_.push_back({index, std::move(result)});
    if (waiting_) changed_.notify_one();
  }

  Outcome take() {
    for (;;) {
      if (auto next = next_in_order()) {
        ++taken_;
        return *std::move(next);
      }
      wait();
    }
  }

 private:
  std::optional<Outcome> next_in_order() {
    const auto next = order_ == Order::kAsRequested ? here_.find(taken_) : here_.begin();
    if (next == here_.end()) return std::nullopt;
    Outcome outcome{next->first, std::move(next->second)};
    here_.erase(next);
    return outcome;
  }

  /// Takes all that has arrived at once: the lock is the I/O thread's, too.
  void wait() {
    std::deque<Outcome> arrived;
    {
      std::unique_lock lock(mutex_);
      waiting_ = true;
      changed_.wait(lock, [this] { return !arrived_.empty(); });
      waiting_ = false;
      arrived.swap(arrived_);
    }
    for (auto& outcome : arrived) here_.emplace(outcome.index, std::move(outcome.result));
  }

  const Order order_;
  std::size_t started_ = 0;
  std::size_t taken_ = 0;
  std::map<std::size_t, Result<Response>> here_;  // of the batch's thread, like the counters
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_ = false;
  std::deque<Outcome> arrived_;
};

Batch::Batch(ConnectClient& client, Order order) : client_(client), impl_(std::make_shared<Impl>(order)) {}

Batch::~Batch() {
  while (open() > 0) static_cast<void>(take());
}

void Batch::start(Request request) {
  client_.send_async(std::move(request), [impl = impl_, index = impl_->start()](Result<Response> result) {
    impl->put(index, std::move(result));
  });
}

std::size_t Batch::open() const noexcept { return impl_->open(); }

Batch::Outcome Batch::take() { return impl_->take(); }

}  // namespace easypost_connect
