// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "loopback_server.hpp"

namespace easypost_connect::test_support {

/// A proxy on loopback that answers each CONNECT as it is told, and tunnels to 127.0.0.1 after a 200 without a body.
class ScriptedProxy {
 public:
  /// Returns what to answer to the whole head of a request. If it is empty, the connection ends without an answer. An
  /// answer with "Connection: close" is followed by the end of the connection. Any thread may call it.
  using Answer = std::function<std::string(const std::string& head)>;

  explicit ScriptedProxy(Answer answer);

  [[nodiscard]] int port() const noexcept { return server_.port(); }
  /// Returns "http://LOGIN@localhost:PORT".
  [[nodiscard]] std::string url(const std::string& login = {}, const std::string& scheme = "http") const;
  /// Returns every head that came.
  [[nodiscard]] std::vector<std::string> heads() const;

 private:
  void serve(int client);

  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  LoopbackServer server_;
};

/// Returns the value of a header; empty if there is none.
[[nodiscard]] std::string header_in(const std::string& head, const std::string& name);

/// Tells whether the Proxy-Authorization in `head` answers a challenge of Digest with this nonce (RFC 7616, section
/// 3.4.1), with qop "auth" or none and OpenSSL's `digest` ("MD5", "SHA256"). If it is a `session`, the algorithm is
/// "-sess".
[[nodiscard]] bool digest_is_right(const std::string& head, const std::string& user_realm_password,
                                   const std::string& nonce, const char* digest, bool session);

}  // namespace easypost_connect::test_support
