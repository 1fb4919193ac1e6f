// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include <httplib.h>

namespace easypost_connect::sandbox {

/// Starts a thread for each task, when it comes: a connection, or a request of HTTP/2. A connection occupies its thread
/// as long as it is open, and a request as long as its answer is delayed, so a fixed pool would have to be as large as
/// the largest number of them ever, and would have to be paid for at each start of a sandbox.
class ThreadPerTask final : public httplib::TaskQueue {
 public:
  /// A newer httplib (0.15) wants to know whether the task was taken; an older one nothing.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));

  Enqueued enqueue(std::function<void()> task) override;  ///< throws std::system_error when no thread is to be had
  void shutdown() override;                               ///< waits for all

 private:
  using Threads = std::list<std::thread>;

  static void join(Threads& threads);

  std::mutex mutex_;
  std::condition_variable one_finished_;
  Threads running_;
  Threads finished_;  // moved here by themselves, joined by the next enqueue() or shutdown()
};

}  // namespace easypost_connect::sandbox
