// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include <httplib.h>

namespace easypost_connect::sandbox {

/// Starts a thread for each connection, when it comes. A kept-alive connection occupies
/// its thread, so a fixed pool would have to be as large as the largest number of
/// connections ever, and would have to be paid for at each start of a sandbox.
class ThreadPerConnection final : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> serve) override;
  void shutdown() override;  ///< waits for all

 private:
  using Threads = std::list<std::thread>;

  static void join(Threads& threads);

  std::mutex mutex_;
  std::condition_variable one_finished_;
  Threads running_;
  Threads finished_;  // moved here by themselves, joined by the next enqueue() or shutdown()
};

}  // namespace easypost_connect::sandbox
