// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace easypost_connect::internal {

/// Calls `look` again and again, on a thread of its own, until it ends. Polling instead of inotify: it sees every way
/// in which files are replaced (symbolic links of Kubernetes, network file systems), and needs no descriptor.
class FileWatcher {
 public:
  FileWatcher(std::chrono::milliseconds interval, std::function<void()> look);
  /// Waits for a look that is under way.
  ~FileWatcher();
  FileWatcher(const FileWatcher&) = delete;
  FileWatcher& operator=(const FileWatcher&) = delete;

 private:
  void run(const std::function<void()>& look);

  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace easypost_connect::internal
