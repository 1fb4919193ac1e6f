// SPDX-License-Identifier: Apache-2.0
#include "client/generation.hpp"

#include <optional>
#include <utility>

#include "engine/blocking_engine.hpp"
#include "transport/mtls_transport.hpp"

namespace easypost_connect::internal {

namespace {

/// Without a certificate there is nothing to announce.
ExpiryNotices notices_for(const ClientOptions& options, const TlsIdentity* identity) {
  if (identity == nullptr) return {{}, WallTime::max()};
  return {options.reload.expiry_thresholds, identity->expires_at()};
}

}  // namespace

/// One shows the client certificate, the other does not.
Generation::Transports Generation::make_transports() const {
  const ClientOptions& options = *parts_.options;
  if (options.transport) return {options.transport, options.transport};
  const auto make = [&options](std::shared_ptr<const TlsIdentity> presented) {
    return std::make_shared<MtlsTransport>(std::move(presented), options.timeouts.connect,
                                           options.max_idle_connections);
  };
  return {make(loaded_.identity), make(loaded_.identity->without_certificate())};
}

Generation::Generation(const ClientParts& parts, LoadedCredentials loaded, std::uint64_t number, CancellationToken end)
    : parts_(parts),
      loaded_(std::move(loaded)),
      number_(number),
      end_(std::move(end)),
      notices_(notices_for(*parts_.options, loaded_.identity.get())),
      policies_{ApiKeyInjector(loaded_.given.api_key), BearerAuthorizer(),
                RetryPolicy(parts_.options->retry, random_jitter)},
      transports_(make_transports()) {
  const ClientOptions& options = *parts_.options;
  const OAuthClient& oauth_client = loaded_.given.oauth_client;
  const auto& way =
      oauth_client.present_client_certificate ? transports_.with_certificate : transports_.without_certificate;
  ClientCredentialsGrant grant(way, options.environment.token_url, oauth_client);
  tokens_ = std::make_unique<ClientCredentialsTokenProvider>(std::move(grant), parts_.clock, parts_.observer,
                                                             options.timeouts.request);
}

Result<Response> Generation::call(const Request& request, CallContext context) const {
  return run(*transports_.with_certificate, Call::Layers::kAll, request, std::move(context));
}

Result<Response> Generation::upload(const Request& request, CallContext context) const {
  return run(*transports_.without_certificate, Call::Layers::kNone, request, std::move(context));
}

Result<Response> Generation::run(Transport& transport, Call::Layers layers, const Request& request,
                                 CallContext context) const {
  notice_expiry();
  // Two can cancel a call: its caller, and the end of the client. Most calls have no cancellation of their own.
  const CancellationToken& callers = request.options.cancellation;
  std::optional<CancellationSource> either;
  std::optional<CancellationCallback> caller_cancels;
  std::optional<CancellationCallback> client_ends;
  context.cancellation = end_;
  if (callers.can_be_cancelled()) {
    either.emplace();
    caller_cancels.emplace(callers, [&either] { either->cancel(); });
    client_ends.emplace(end_, [&either] { either->cancel(); });
    context.cancellation = either->token();
  }
  Call call(policies_, request, std::move(context), layers);
  return BlockingEngine(transport, *tokens_, *parts_.clock, parts_.observer.get()).run(call);
}

CredentialsStatus Generation::status() const {
  const Moment now = parts_.clock->now();
  CredentialsStatus status;
  status.generation = number_;
  if (loaded_.identity) {
    status.certificate_left = std::chrono::floor<std::chrono::seconds>(loaded_.identity->expires_at() - now.wall);
  }
  status.token_left = tokens_->life_left(now);
  return status;
}

void Generation::notice_expiry() const noexcept {
  if (!parts_.observer) return;
  if (const auto notice = notices_.due(parts_.clock->now().wall)) {
    parts_.observer->certificate_expiring({notice->left, notice->threshold});
  }
}

}  // namespace easypost_connect::internal
