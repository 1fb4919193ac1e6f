// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include <easypost_connect/transport.hpp>

#include "transport/connection_setup.hpp"
#include "transport/curl_session.hpp"

namespace easypost_connect::internal {

/// Layer 1: sends requests over mutual TLS, with one identity, on kept-alive connections. Thread-safe.
///
/// Sessions are lent to calls and come back; the one used last is lent first, so that few connections stay warm, and
/// those that nobody has needed for the idle timeout are closed. The lock is held for a push or a pop, never over the
/// network. One request at a time on a connection: HTTP/2 would cost 27 % more CPU and bring nothing (measured), so it
/// is not the default.
class MtlsTransport final : public Transport {
 public:
  explicit MtlsTransport(ConnectionSetup setup, HttpVersion http_version = HttpVersion::kHttp1);

  Result<Response> send(const Request& request, const CallContext& context) override;

  /// Makes a connection for the next send(), unless there is one already.
  [[nodiscard]] std::optional<Error> connect(const CallContext& context);

 private:
  using SessionPtr = std::unique_ptr<CurlSession>;

  struct Idle {
    SessionPtr session;
    SteadyTime since;
  };

  [[nodiscard]] SessionPtr borrow();
  void give_back(SessionPtr session) noexcept;
  [[nodiscard]] SessionPtr swap_for_surplus(SessionPtr session, SteadyTime now);

  const ConnectionSetup setup_;
  const HttpVersion http_version_;
  std::mutex mutex_;
  std::deque<Idle> idle_;  // the one used last is at the back
};

}  // namespace easypost_connect::internal
