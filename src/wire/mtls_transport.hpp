// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <easypost_connect/transport.hpp>

#include "wire/blocking_transfer.hpp"
#include "wire/connection_setup.hpp"
#include "wire/idle_pool.hpp"

namespace easypost_connect::internal {

/// Layer 1: sends requests over mutual TLS, with one identity, on kept-alive connections. Thread-safe.
///
/// Connections are lent to calls and come back. The lock is held for a push or a pop, never over the network. One
/// request at a time on a connection, so HTTP/1.1: HTTP/2 would cost more CPU and bring nothing (measured).
class MtlsTransport final : public Transport {
 public:
  explicit MtlsTransport(ConnectionSetup setup) : setup_(std::move(setup)) {}

  Result<Response> send(const Request& request, const CallContext& context) override;

  /// Makes a connection for the next send(), unless there is one already.
  [[nodiscard]] std::optional<Error> connect(const CallContext& context);

 private:
  using TransferPtr = std::unique_ptr<BlockingTransfer>;

  [[nodiscard]] TransferPtr borrow(std::string_view url);
  void forget(std::string_view authority);
  void give_back(TransferPtr transfer) noexcept;

  const ConnectionSetup setup_;
  std::mutex mutex_;
  IdlePool<BlockingTransfer> idle_;
};

}  // namespace easypost_connect::internal
