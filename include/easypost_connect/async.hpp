// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/export.hpp>

namespace easypost_connect {

/// Starts a call as ConnectClient::send_async() does, and returns a future for its outcome. The future holds no
/// exception: a failure is in the Result. A completion of the same client is refused with ErrorCode::kInvalidRequest,
/// since its thread is the one that would bring the answer: use send_async() there.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::future<Result<Response>> send_future(ConnectClient& client, Request request);

/// The order in which results are given.
enum class Order {
  kAsTheyCome,   ///< each result as soon as its call has ended
  kAsRequested,  ///< the order of the requests; a result that is early waits, and its call counts as in flight
};

struct ForEachOptions {
  /// How many calls are under way at a time; at least 1. AsyncOptions::max_in_flight bounds how many of them are sent.
  std::size_t in_flight = 100;
  Order order = Order::kAsTheyCome;
};

/// Calls that one thread starts and whose results the same thread takes; for_each() is made of it. Not synchronised.
/// The destructor waits for the calls that are under way; CallOptions::cancellation ends them early. In a completion of
/// the same client, whose thread carries the calls out, nothing waits: start() and take() refuse with
/// ErrorCode::kInvalidRequest.
class EASYPOST_CONNECT_EXPORT Batch {
 public:
  struct Outcome {
    std::size_t index;  ///< the number of the request, counted from 0 in the order of start()
    Result<Response> result;
  };

  explicit Batch(ConnectClient& client, Order order = Order::kAsTheyCome);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void start(Request request);
  /// Returns how many calls were started whose results were not taken yet.
  [[nodiscard]] std::size_t open() const noexcept;
  /// Waits for a result and returns it. At least one call must be open.
  [[nodiscard]] Outcome take();

 private:
  class Impl;
  ConnectClient& client_;
  std::shared_ptr<Impl> impl_;
};

/// Makes a call for each request of a range, many at a time, and hands every result to
/// `on_result(std::size_t index, Result<Response> result)`, on the calling thread.
///
///     for_each(client, requests, [&](std::size_t i, Result<Response> result) {
///       if (!result) failed.push_back({i, result.error()});
///     });
///
/// A request is taken from the range when there is room for it, so the range may make requests one by one: a batch of
/// any size needs the memory of `in_flight` calls. An exception that `on_result` throws ends the batch once the calls
/// under way have ended, and is passed on.
template <typename Requests, typename OnResult>
void for_each(ConnectClient& client, Requests&& requests, OnResult&& on_result, ForEachOptions options = {}) {
  Batch batch(client, options.order);
  const auto hand_over = [&] {
    auto outcome = batch.take();
    on_result(outcome.index, std::move(outcome.result));
  };
  for (auto&& request : requests) {
    if (batch.open() > 0 && batch.open() >= options.in_flight) hand_over();
    batch.start(std::forward<decltype(request)>(request));
  }
  while (batch.open() > 0) hand_over();
}

}  // namespace easypost_connect
