// SPDX-License-Identifier: Apache-2.0
#include "client/generation.hpp"

#include <optional>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"
#include "engine/blocking_engine.hpp"
#include "transport/mtls_transport.hpp"
#include "transport/multi_transport.hpp"
#include "transport/thread_per_exchange.hpp"

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

std::unique_ptr<AsyncTransport> Generation::make_async_transport() const {
  const ClientOptions& options = *parts_.options;
  if (options.transport) return std::make_unique<ThreadPerExchange>(options.transport);
  const bool presented = loaded_.given.oauth_client.present_client_certificate;
  return std::make_unique<MultiTransport>(
      MultiTransport::Identities{loaded_.identity,
                                 presented ? loaded_.identity : loaded_.identity->without_certificate()},
      options.timeouts.connect, options.max_idle_connections);
}

Generation::Generation(const ClientParts& parts, const ProcessParts& process, LoadedCredentials loaded,
                       std::uint64_t number)
    : parts_(parts),
      process_(process),
      loaded_(std::move(loaded)),
      number_(number),
      notices_(notices_for(*parts_.options, loaded_.identity.get())),
      policies_{ApiKeyInjector(loaded_.given.api_key), BearerAuthorizer(),
                RetryPolicy(parts_.options->retry, random_jitter)},
      transports_(make_transports()),
      tokens_(std::make_unique<ClientCredentialsTokenProvider>(
          ClientCredentialsGrant(parts_.options->environment.token_url, loaded_.given.oauth_client), parts_.clock,
          parts_.observer, parts_.options->timeouts.request)),
      engine_(std::make_unique<MultiplexedEngine>(
          IoParts{*tokens_, *parts_.clock, parts_.observer.get(), parts_.options->async.max_in_flight, process_.end},
          make_async_transport(), process_.io_threads)) {}

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
  context.cancellation = process_.end;
  if (callers.can_be_cancelled()) {
    either.emplace();
    caller_cancels.emplace(callers, [&either] { either->cancel(); });
    client_ends.emplace(process_.end, [&either] { either->cancel(); });
    context.cancellation = either->token();
  }
  Call call(policies_, request, std::move(context), layers);
  return BlockingEngine(transport, *tokens_, *engine_, *parts_.clock, parts_.observer.get()).run(call);
}

void Generation::call_async(std::shared_ptr<const Generation> self, Request request, CallContext context,
                            Completion completion) const {
  notice_expiry();
  AsyncCalls call;
  call.emplace_back(std::move(self), policies_, std::move(request), std::move(context), std::move(completion),
                    process_.pending);
  try {
    engine_->submit(call);
  } catch (const std::system_error&) {
    call.front().refuse(no_thread_error("The system gave no thread to make the call on."));
    process_.pending->leave();
  }
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
