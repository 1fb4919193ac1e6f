// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <easypost_connect/transport.hpp>

#include "wire/connection_setup.hpp"
#include "wire/http1_transfer.hpp"
#include "wire/idle_pool.hpp"

namespace easypost_connect::internal {

/// Makes one attempt after the other in HTTP/1.1, on a connection of its own and on the calling thread. One thread at a
/// time.
class BlockingTransfer {
 public:
  explicit BlockingTransfer(const ConnectionSetup& setup)
      : transfer_(std::make_unique<Connection>(setup, HttpVersion::kHttp1)) {}

  [[nodiscard]] Result<Response> send(const Request& request, const CallContext& context) noexcept;

  /// Makes a connection for a later send(), unless there is one.
  [[nodiscard]] Result<void> connect(const CallContext& context) noexcept;

  /// Tells whether the transfer may be used for another attempt.
  [[nodiscard]] bool usable() const noexcept { return transfer_.usable(); }
  /// Returns host and port of the connection; empty if there never was one.
  [[nodiscard]] std::string_view authority() const noexcept { return transfer_.authority(); }
  /// Describes the way of the last attempt, whether it succeeded or not.
  [[nodiscard]] ConnectionTrace trace() const { return transfer_.trace(); }

 private:
  [[nodiscard]] CURLcode drive(const CancellationToken& cancellation) noexcept;
  [[nodiscard]] CURLcode wait() noexcept;

  Http1Transfer transfer_;
  std::vector<curl_waitfd> events_;
};

/// The blocking mTLS transport, layer 1: a pool of kept-alive connections with one identity. An identity without a
/// certificate is possible too: uploads to storage hosts go through a pool that shows none. Thread-safe.
///
/// Connections are lent to calls and come back. The lock is held for a push or a pop, never over the network. A
/// connection carries one request at a time, so it speaks HTTP/1.1: HTTP/2 would cost more CPU and bring nothing
/// (measured).
class PooledTransport final : public Transport {
 public:
  explicit PooledTransport(ConnectionSetup setup) : setup_(std::move(setup)) {}

  Result<Response> send(const Request& request, const CallContext& context) override;

  /// Makes a connection for the next send(), unless there is one already.
  [[nodiscard]] Result<void> connect(const CallContext& context);

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
