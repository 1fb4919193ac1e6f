// SPDX-License-Identifier: Apache-2.0
#include "client/generation.hpp"

#include <system_error>
#include <utility>

#include "client/either_cancels.hpp"
#include "core/make_error.hpp"
#include "engine/awaited_answer.hpp"
#include "engine/blocking_engine.hpp"
#include "wire/buffered_transport.hpp"
#include "wire/multi_transport.hpp"
#include "wire/thread_per_exchange.hpp"

namespace easypost_connect::internal {

namespace {

/// Without a certificate there is nothing to announce.
ExpiryNotices notices_for(const ClientOptions& options, const TlsIdentity* identity) {
  if (identity == nullptr) return {{}, WallTime::max()};
  return {options.reload.expiry_thresholds, identity->expires_at()};
}

}  // namespace

/// A transport of the client's own takes the place of all.
Generation::Transports Generation::make_transports() const {
  const ClientOptions& options = *parts_.options;
  if (options.transport) {
    const auto buffered = std::make_shared<BufferedTransport>(options.transport);
    return {buffered, buffered, nullptr, std::make_unique<ThreadPerExchange>(options.transport), std::nullopt};
  }
  const auto setup = [&options](std::shared_ptr<const TlsIdentity> presented) {
    return ConnectionSetup{std::move(presented), options.timeouts.connect, options.connections};
  };
  const ConnectionSetup with = setup(loaded_.identity);
  const ConnectionSetup without = setup(loaded_.identity->without_certificate());
  const auto mtls = std::make_shared<MtlsTransport>(with);
  const bool shown_for_token = loaded_.given.oauth_client.present_client_certificate;
  auto multi = std::make_unique<MultiTransport>(MultiTransport::Setups{with, shown_for_token ? with : without});
  auto refusal = multi->refusal();
  return {mtls, std::make_shared<MtlsTransport>(without), mtls.get(), std::move(multi), std::move(refusal)};
}

Generation::Generation(const ClientParts& parts, const ProcessParts& process, LoadedCredentials loaded,
                       std::uint64_t number)
    : retirement_(std::make_shared<Retirement>(parts.observer, number)),
      parts_(parts),
      process_(process),
      loaded_(std::move(loaded)),
      number_(number),
      notices_(notices_for(*parts_.options, loaded_.identity.get())),
      policies_{ApiKeyInjector(loaded_.given.api_key), BearerAuthorizer(),
                RetryPolicy(parts_.options->retry, random_jitter, parts_.options->timeouts.attempt),
                secrets_of(loaded_.given)},
      transports_(make_transports()),
      tokens_(std::make_shared<ClientCredentialsTokenProvider>(
          ClientCredentialsGrant(parts_.options->environment.token_url, loaded_.given.oauth_client, policies_.secrets),
          parts_.clock, parts_.observer, ClientCredentialsTokenProvider::kFlightTime)),
      engine_(std::make_shared<MultiplexedEngine>(
          IoParts{retirement_, tokens_, parts_.clock, parts_.observer, parts_.options->async.max_in_flight},
          std::move(transports_.async), process_.threads, process_.end)) {}

Result<Response> Generation::call(const Request& request, CallContext context) const {
  return run(*transports_.with_certificate, Call::Layers::kAll, request, std::move(context));
}

Result<Response> Generation::upload(const Request& request, CallContext context) const {
  return run(*transports_.without_certificate, Call::Layers::kNone, request, std::move(context));
}

Result<Response> Generation::run(Transport& transport, Call::Layers layers, const Request& request,
                                 CallContext context) const {
  notice_expiry();
  const EitherCancels either(request.options.cancellation, process_.end);
  context.cancellation = either.token();
  Call call(policies_, request, std::move(context), layers);
  return BlockingEngine(transport, *tokens_, *engine_, *parts_.clock, parts_.observer.get()).run(call);
}

std::optional<Error> Generation::call_async(std::shared_ptr<const Generation> self, Request request,
                                            CallContext context, Completion&& completion,
                                            PendingCalls::Place place) const {
  notice_expiry();
  AsyncCalls call;
  call.emplace_back(std::move(self), policies_, std::move(request), std::move(context), std::move(completion),
                    std::move(place));
  auto error = engine_->submit(call);
  if (error) completion = call.front().take_completion();
  return error;
}

std::optional<Error> Generation::warm_up(const WarmUpOptions& options, CallContext context) const try {
  const EitherCancels either(options.cancellation, process_.end);
  context.cancellation = either.token();
  static_cast<void>(tokens_->get_now(*engine_));  // a token that has to be fetched is under way from here on
  const auto opened = std::make_shared<AwaitedAnswer>();
  if (transports_.mtls == nullptr) {
    opened->bring(Response{});  // a transport of the client's own: its connections are its business
  } else if (options.multiplexed) {
    engine_->open_connection(context, [opened](Result<Response> answer) { opened->bring(std::move(answer)); });
  } else {
    auto error = transports_.mtls->connect(context);
    opened->bring(error ? Result<Response>(*std::move(error)) : Response{});
  }
  auto token = tokens_->get(context.deadline, context.cancellation, *engine_);
  if (!token) return std::move(token).error();
  return opened->wait(context.deadline, context.cancellation);
} catch (const std::system_error&) {
  return no_thread_error("The system gave no thread to make connections on.");
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
