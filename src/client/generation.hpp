// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include <easypost_connect/credentials_status.hpp>

#include "auth/client_credentials_token_provider.hpp"
#include "call/call.hpp"
#include "client/expiry_notices.hpp"
#include "client/loaded_credentials.hpp"
#include "core/clock.hpp"
#include "engine/multiplexed_engine.hpp"
#include "wire/mtls_transport.hpp"

namespace easypost_connect::internal {

/// What all generations of a client share.
struct ClientParts {
  std::shared_ptr<const ClientOptions> options;  ///< without credentials: those belong to the generations
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Observer> observer;  ///< may be null
};

/// What all generations of a client share in one process.
struct ProcessParts {
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
    if (observer_ && replaced_) observer_->credentials_retired({number_});
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
  Generation(const ClientParts& parts, const ProcessParts& process, LoadedCredentials loaded, std::uint64_t number);
  ~Generation() { engine_->stop(); }
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  [[nodiscard]] Result<Response> call(const Request& request, CallContext context) const;
  [[nodiscard]] Result<Response> upload(const Request& request, CallContext context) const;
  [[nodiscard]] std::optional<Error> warm_up(const WarmUpOptions& options, CallContext context) const;
  /// Why no call could be made with it.
  [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return transports_.refusal; }
  /// `self` is this generation: the call keeps it. An Error, or std::bad_alloc: it was not begun, and `completion` is
  /// as it was.
  [[nodiscard]] std::optional<Error> call_async(std::shared_ptr<const Generation> self, Request request,
                                                CallContext context, Completion&& completion,
                                                PendingCalls::Place place) const;

  [[nodiscard]] const LoadedCredentials& credentials() const noexcept { return loaded_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] CredentialsStatus status() const;
  /// Tells the observer if a threshold of the certificate's expiry has been passed.
  void notice_expiry() const noexcept;
  /// Another one is in use from now on.
  void replaced() const noexcept { retirement_->replaced(); }

 private:
  struct Transports {
    std::shared_ptr<Transport> with_certificate;
    std::shared_ptr<Transport> without_certificate;
    MtlsTransport* mtls;  ///< the one with certificate; null: the client has a transport of its own
    std::unique_ptr<AsyncTransport> async;
    std::optional<Error> refusal;
  };

  [[nodiscard]] Transports make_transports() const;
  [[nodiscard]] Result<Response> run(Transport& transport, Call::Layers layers, const Request& request,
                                     CallContext context) const;

  const std::shared_ptr<Retirement> retirement_;  // the last to go
  const ClientParts parts_;
  const ProcessParts process_;
  const LoadedCredentials loaded_;
  const std::uint64_t number_;
  mutable ExpiryNotices notices_;
  CallPolicies policies_;
  Transports transports_;
  std::shared_ptr<ClientCredentialsTokenProvider> tokens_;
  std::shared_ptr<MultiplexedEngine> engine_;
};

}  // namespace easypost_connect::internal
