// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

namespace easypost_connect::sandbox {

/// The open sockets of a listener, so that they can be shut down from outside: httplib leaves a kept-alive connection
/// alone until its client goes or its time is over. Owns no socket. Thread-safe.
class Connections {
 public:
  void add(int socket);
  /// To be called before the socket is closed: its number may belong to somebody else right after.
  void remove(int socket);

  /// Ends every open connection. Whoever reads or writes on one finds it at its end.
  void shut_down();

  /// The same, and every connection added later ends at once.
  void shut_down_for_good();

  /// Lets time pass, but returns at once after shut_down_for_good().
  void wait(std::chrono::milliseconds time);

 private:
  void shut_down_all();  // with mutex_ held

  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<int> sockets_;
  bool for_good_ = false;
};

}  // namespace easypost_connect::sandbox
