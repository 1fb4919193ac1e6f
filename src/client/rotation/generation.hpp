// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <easypost_connect/credentials_status.hpp>

#include "call/call.hpp"
#include "core/clock.hpp"
#include "engine/multiplexed_engine.hpp"
#include "rotation/loaded_credentials.hpp"
#include "token/token_provider.hpp"
#include "wire/pooled_transport.hpp"

namespace easypost_connect::internal {

/// Says when to tell that a certificate expires: once for each threshold. Thread-safe; costs a load when there is
/// nothing to tell.
class ExpiryNotices {
 public:
  ExpiryNotices(std::vector<std::chrono::hours> thresholds, WallTime expires_at);

  struct Notice {
    std::chrono::seconds left;
    std::chrono::hours threshold;
  };
  /// Returns the notice that is due. When thresholds have passed together, it has the one closest to the end.
  [[nodiscard]] std::optional<Notice> due(WallTime now) noexcept;

 private:
  std::vector<std::chrono::hours> thresholds_;  // the longest first
  WallTime expires_at_;
  std::atomic<std::size_t> next_{0};  // the index of the next one in thresholds_
};

/// All generations of a client share one ClientScope. It makes the contexts of their calls: these depend on no
/// credentials, and whoever has the scope needs no lock to make one.
struct ClientScope {
  std::shared_ptr<const ClientOptions> options;  ///< no credentials are in it: those belong to the generations
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Observer> observer;  ///< may be null

  /// Makes the context of a call of the API, for a request that was checked. Fails if no URL can be made of its path.
  /// The deadline counts from now on.
  [[nodiscard]] Result<CallContext> api_context(const Request& request) const;
  /// Makes the context of an upload, whose path is the whole presigned URL.
  [[nodiscard]] CallContext upload_context(const Request& request) const;
};

/// All generations of a client share one ProcessScope in each process.
struct ProcessScope {
  CancellationToken end;  ///< cancels all calls and token requests
  std::shared_ptr<ClientThreads> threads;
};

/// Tells the observer when nothing is left of a generation that was replaced: when all that shares this is gone, the
/// I/O thread too.
class Retirement {
 public:
  Retirement(std::shared_ptr<Observer> observer, std::uint64_t number)
      : observer_(std::move(observer)), number_(number) {}
  ~Retirement() {
    if (observer_ && replaced_) observer_->credentials_retired({{}, number_});
  }
  Retirement(const Retirement&) = delete;
  Retirement& operator=(const Retirement&) = delete;

  void replaced() noexcept { replaced_ = true; }

 private:
  const std::shared_ptr<Observer> observer_;  // may be null
  const std::uint64_t number_;
  std::atomic<bool> replaced_{false};
};

/// Everything that is made from one set of credentials, in one process. Nothing of it is ever shared with another
/// generation: libcurl would reuse a connection across different private keys, and a child of fork() the connections of
/// its parent. Calls keep the generation they started on.
class Generation {
 public:
  /// Composes the three layers.
  Generation(const ClientScope& scope, const ProcessScope& process, LoadedCredentials loaded, std::uint64_t number);
  ~Generation() { engine_->stop(); }
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  [[nodiscard]] Result<Response> call(const Request& request, CallContext&& context) const;
  [[nodiscard]] Result<Response> upload(const Request& request, CallContext&& context) const;
  [[nodiscard]] Result<void> warm_up(const WarmUpOptions& options, CallContext context) const;
  /// Fails if no call could be made with it.
  [[nodiscard]] Result<void> check() const { return transports_.checked; }
  /// `self` is this generation: the call keeps it. If it fails or throws std::bad_alloc, the call was not begun, and
  /// `completion` is as it was.
  [[nodiscard]] Result<void> call_async(std::shared_ptr<const Generation> self, Request request, CallContext context,
                                        Completion&& completion, PendingCalls::Place place) const;

  [[nodiscard]] const LoadedCredentials& credentials() const noexcept { return loaded_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] CredentialsStatus status() const;
  /// Tells the observer if a threshold of the certificate's expiry has been passed. `call_id`: of the call that looks.
  void notice_expiry(std::uint64_t call_id = 0) const noexcept;
  /// Another one is in use from now on.
  void replaced() const noexcept { retirement_->replaced(); }

 private:
  struct Transports {
    std::shared_ptr<Transport> with_certificate;
    std::shared_ptr<Transport> without_certificate;
    PooledTransport* mtls;  ///< the one with certificate; null: the client has a transport of its own
    std::unique_ptr<AsyncTransport> async;
    Result<void> checked;
  };

  [[nodiscard]] Transports make_transports() const;
  [[nodiscard]] std::shared_ptr<TokenProvider> make_token_provider() const;
  [[nodiscard]] Result<Response> run(Transport& transport, Call::Layers layers, const Request& request,
                                     CallContext&& context) const;

  const std::shared_ptr<Retirement> retirement_;  // the last to go
  const ClientScope scope_;
  const ProcessScope process_;
  const LoadedCredentials loaded_;
  const std::uint64_t number_;
  mutable ExpiryNotices notices_;
  CallPolicies policies_;
  Transports transports_;
  std::shared_ptr<MultiplexedEngine> engine_;
  std::shared_ptr<TokenProvider> tokens_;
};

}  // namespace easypost_connect::internal
