// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "sandbox/wakeup.hpp"

namespace easypost_connect::sandbox {

/// The open sockets of a listener, so that they can be shut down from outside: httplib leaves a kept-alive connection
/// alone until its client goes or its time is over. Owns no socket. Thread-safe.
class Connections {
 public:
  void add(int socket);
  /// Has to be called before the socket is closed: its number may belong to somebody else right after.
  void remove(int socket);

  /// Has shut_down_for_good() wake whoever serves that connection instead of ending it, so that what has been asked may
  /// be answered. Null: no longer.
  void announce_the_end_to(int socket, const Wakeup* server);

  /// Ends every open connection. Whoever reads or writes on one finds it at its end.
  void shut_down();

  /// The same, and every connection added later ends at once.
  void shut_down_for_good();

  [[nodiscard]] bool end_for_good() const;  ///< shut_down_for_good() was called

  /// Lets time pass, but returns at once after shut_down_for_good().
  void wait(std::chrono::milliseconds time);

 private:
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::map<int, const Wakeup*> sockets_;
  bool for_good_ = false;
};

/// Ends a connection from this side, and waits a little until the client has hung up, as one does that has read what
/// was sent last. Closing with unread input would reset the connection, and a reset may overtake what was sent.
void end_when_read(int socket) noexcept;

}  // namespace easypost_connect::sandbox
