// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace easypost_connect::internal {

/// The threads of one client in one process, and those that they start. Each owns all that it uses, so that the client
/// can end anywhere: on a thread of the host's its end waits for them, on one of a client's, be it another one, they
/// end by themselves, before the process does. Thread-safe.
class ClientThreads {
 public:
  ClientThreads() = default;
  ~ClientThreads() { wait(); }
  ClientThreads(const ClientThreads&) = delete;
  ClientThreads& operator=(const ClientThreads&) = delete;

  enum class Work { kCarryCalls, kWatchFiles };

  /// Runs `body` on a new thread, which destroys it at its end; after wait() it only destroys it. Throws
  /// std::system_error when the system has no thread to give.
  void start(Work work, std::function<void()> body);

  /// Calls are carried out on this thread: whoever waits for one here waits for itself.
  [[nodiscard]] bool calls_are_carried_here() const noexcept;

  /// Waits for the end of all of them; on a thread of a client it does not wait. They have to be told to end before.
  void wait() noexcept;

 private:
  struct ClientThread {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> ended = std::make_shared<std::atomic<bool>>(false);
  };

  void join_ended();

  /// The owner of the threads, who keep it: its address is nobody else's as long as one of them runs.
  const std::shared_ptr<const char> owner_ = std::make_shared<const char>();
  std::mutex mutex_;
  bool ended_ = false;  // none is started any more
  std::list<ClientThread> threads_;
};

}  // namespace easypost_connect::internal
