// SPDX-License-Identifier: Apache-2.0
#include "client/generation.hpp"

#include <optional>
#include <utility>

#include "core/fork.hpp"
#include "engine/blocking_engine.hpp"
#include "transport/mtls_transport.hpp"

namespace easypost_connect::internal {

/// One shows the client certificate, the other does not.
Generation::Transports Generation::make_transports(const ClientOptions& options,
                                                   const std::shared_ptr<const TlsIdentity>& identity) {
  if (options.transport) return {options.transport, options.transport};
  const auto make = [&options](std::shared_ptr<const TlsIdentity> presented) {
    return std::make_shared<MtlsTransport>(std::move(presented), options.timeouts.connect,
                                           options.max_idle_connections);
  };
  return {make(identity), make(identity->without_certificate())};
}

Generation::Generation(const ClientOptions& options, std::shared_ptr<const TlsIdentity> identity,
                       std::shared_ptr<const Clock> clock, std::shared_ptr<Observer> observer)
    : process_(process_generation()),
      clock_(std::move(clock)),
      observer_(std::move(observer)),
      policies_{ApiKeyInjector(options.credentials.api_key), BearerAuthorizer(),
                RetryPolicy(options.retry, random_jitter)},
      transports_(make_transports(options, identity)) {
  const OAuthClient& oauth_client = options.credentials.oauth_client;
  const auto& way =
      oauth_client.present_client_certificate ? transports_.with_certificate : transports_.without_certificate;
  ClientCredentialsGrant grant(way, options.environment.token_url, oauth_client);
  tokens_ =
      std::make_unique<ClientCredentialsTokenProvider>(std::move(grant), clock_, observer_, options.timeouts.request);
}

Result<Response> Generation::call(const Request& request, CallContext context) const {
  return run(*transports_.with_certificate, Call::Layers::kAll, request, std::move(context));
}

Result<Response> Generation::upload(const Request& request, CallContext context) const {
  return run(*transports_.without_certificate, Call::Layers::kNone, request, std::move(context));
}

Result<Response> Generation::run(Transport& transport, Call::Layers layers, const Request& request,
                                 CallContext context) const {
  // Two can cancel a call: its caller, and the end of the client. Most calls have no cancellation of their own.
  const CancellationToken& callers = request.options.cancellation;
  std::optional<CancellationSource> either;
  std::optional<CancellationCallback> caller_cancels;
  std::optional<CancellationCallback> client_ends;
  context.cancellation = end_.token();
  if (callers.can_be_cancelled()) {
    either.emplace();
    caller_cancels.emplace(callers, [&either] { either->cancel(); });
    client_ends.emplace(end_.token(), [&either] { either->cancel(); });
    context.cancellation = either->token();
  }
  Call call(policies_, request, std::move(context), layers);
  return BlockingEngine(transport, *tokens_, *clock_, observer_.get()).run(call);
}

bool Generation::of_this_process() const noexcept { return process_ == process_generation(); }

}  // namespace easypost_connect::internal
