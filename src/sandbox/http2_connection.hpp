// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <httplib.h>
#include <openssl/ssl.h>

#include "sandbox/connections.hpp"
#include "sandbox/http2_session.hpp"
#include "sandbox/thread_per_task.hpp"
#include "sandbox/wakeup.hpp"

namespace easypost_connect::sandbox {

/// Serves a connection whose client chose HTTP/2, on the thread that calls serve(). Each request is answered on a
/// thread of its own, so that none waits for another.
class Http2Connection {
 public:
  /// Answers the one request of a stream of HTTP/1.1; false: not wholly.
  using Answer = std::function<bool(ServedStream&)>;

  /// Takes over after the handshake. All arguments have to outlive the connection.
  Http2Connection(SSL& ssl, Connections& connections, Answer answer);
  ~Http2Connection();
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  /// Serves until the client goes, breaks the protocol or is silent for a minute, or the listener ends, which lets the
  /// requests that have come be answered.
  void serve();

 private:
  using Clock = std::chrono::steady_clock;

  void begin(const std::shared_ptr<Http2Stream>& stream);
  [[nodiscard]] bool is_done() const noexcept;
  [[nodiscard]] bool send();  // false, here and in the next two: the connection is at its end
  [[nodiscard]] bool wait();
  [[nodiscard]] bool receive();
  [[nodiscard]] int milliseconds_to_wait() const;
  [[nodiscard]] bool bear_silence();
  void close();

  SSL& ssl_;
  const int socket_;
  Connections& connections_;
  const Answer answer_;
  Wakeup wakeup_;
  ThreadPerTask threads_;
  Http2Session session_;
  std::string output_;
  bool readable_ = false;
  bool answers_last_requests_ = false;
  std::optional<Clock::time_point> last_moment_;  // once the listener ends
};

}  // namespace easypost_connect::sandbox
