// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/export.hpp>

namespace easypost_connect {

/// ConnectClient::send_async() with a future. The future never throws of itself: what went wrong is in the Result. In a
/// completion of the same client, whose thread would bring the answer, it is refused: use send_async() there.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::future<Result<Response>> send_future(ConnectClient& client, Request request);

enum class Order {
  kAsTheyCome,   ///< each result as soon as it is there
  kAsRequested,  ///< the first request's first; results that are early wait, and count as in flight until then
};

struct ForEachOptions {
  std::size_t in_flight =
      100;  ///< calls at a time, at least 1; AsyncOptions::max_in_flight bounds what is sent of them
  Order order = Order::kAsTheyCome;
};

/// Calls that a thread starts, and takes the results of, on itself: what for_each() is made of. One thread at a time.
/// Its end waits for what is under way; cancel by CallOptions::cancellation. In a completion of the same client, whose
/// thread carries the calls out, it waits for nothing: start() and take() refuse with ErrorCode::kInvalidRequest.
class EASYPOST_CONNECT_EXPORT Batch {
 public:
  struct Outcome {
    std::size_t index;  ///< of the request, counted from 0 in the order of start()
    Result<Response> result;
  };

  explicit Batch(ConnectClient& client, Order order = Order::kAsTheyCome);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void start(Request request);
  /// Started, and not taken.
  [[nodiscard]] std::size_t open() const noexcept;
  /// Waits for a result; there must be an open call.
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
/// A request is taken from the range when there is room for it, so the range may make them one by one: a batch of any
/// size needs the memory of `in_flight` calls. What `on_result` throws ends it, after the calls under way have ended.
template <typename Requests, typename OnResult>
void for_each(ConnectClient& client, Requests&& requests, OnResult&& on_result, ForEachOptions options = {}) {
  Batch batch(client, options.order);
  const auto hand_over = [&] {
    auto outcome = batch.take();
    on_result(outcome.index, std::move(outcome.result));
  };
  for (auto&& request : requests) {
    if (batch.open() >= std::max<std::size_t>(options.in_flight, 1)) hand_over();
    batch.start(std::forward<decltype(request)>(request));
  }
  while (batch.open() > 0) hand_over();
}

}  // namespace easypost_connect
