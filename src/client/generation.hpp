// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/observer.hpp>

#include "auth/client_credentials_token_provider.hpp"
#include "call/call.hpp"
#include "core/clock.hpp"
#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// Everything that is made from one set of credentials, in one process. Nothing of it is ever shared with another
/// generation: libcurl would reuse a connection across different private keys, and a child of fork() the connections of
/// its parent. Calls keep the generation they started on.
class Generation {
 public:
  /// Composes the three layers. `options` have passed check_options(); `identity` is null when they bring a transport.
  Generation(const ClientOptions& options, std::shared_ptr<const TlsIdentity> identity,
             std::shared_ptr<const Clock> clock, std::shared_ptr<Observer> observer);

  [[nodiscard]] Result<Response> call(const Request& request, CallContext context) const;
  [[nodiscard]] Result<Response> upload(const Request& request, CallContext context) const;

  /// Cancels all calls of this generation, for good. A token request ends with the generation itself.
  void end() const noexcept { end_.cancel(); }

  [[nodiscard]] bool of_this_process() const noexcept;

 private:
  struct Transports {
    std::shared_ptr<Transport> with_certificate;
    std::shared_ptr<Transport> without_certificate;
  };

  [[nodiscard]] static Transports make_transports(const ClientOptions& options,
                                                  const std::shared_ptr<const TlsIdentity>& identity);
  [[nodiscard]] Result<Response> run(Transport& transport, Call::Layers layers, const Request& request,
                                     CallContext context) const;

  unsigned process_;
  std::shared_ptr<const Clock> clock_;
  std::shared_ptr<Observer> observer_;
  CancellationSource end_;
  CallPolicies policies_;
  Transports transports_;
  std::unique_ptr<ClientCredentialsTokenProvider> tokens_;
};

}  // namespace easypost_connect::internal
