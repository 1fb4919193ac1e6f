// SPDX-License-Identifier: Apache-2.0
#include "rotation/generation.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <system_error>
#include <utility>

#include "body/body.hpp"
#include "core/make_error.hpp"
#include "core/url.hpp"
#include "core/wait.hpp"
#include "engine/blocking_engine.hpp"
#include "token/client_credentials_grant.hpp"
#include "wire/custom_transport.hpp"
#include "wire/multiplexed_transport.hpp"

namespace easypost_connect::internal {
namespace {

/// The client-credentials grant, whose requests an engine sends.
class ClientCredentialsSource final : public TokenSource {
 public:
  ClientCredentialsSource(ClientCredentialsGrant grant, std::shared_ptr<MultiplexedEngine> engine)
      : grant_(std::make_shared<const ClientCredentialsGrant>(std::move(grant))), engine_(std::move(engine)) {}

  void fetch(const FetchFacts& facts, Done done) override {
    TokenRequest token = grant_->request(facts.deadline);
    auto read_answer = [grant = grant_, form = std::move(token.form), asked_at = facts.now, done = std::move(done)](
                           Result<Response> answer) { done(grant->token(std::move(answer), asked_at)); };
    engine_->send_token_request(std::move(token.request), std::move(token.context), std::move(read_answer));
  }

 private:
  const std::shared_ptr<const ClientCredentialsGrant> grant_;
  const std::shared_ptr<MultiplexedEngine> engine_;
};

/// An upload of this size or more asks the storage first: an expired URL then costs an answer, not the upload. For a
/// smaller one, a server that does not answer (the wait is a second) would cost more than asking saves.
constexpr std::uint64_t kAskedFirst = std::uint64_t{8} * 1024 * 1024;

/// The first call has 1. A child of fork() counts on from where its parent was.
std::uint64_t next_call_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

CallContext context_of(const ClientScope& scope, std::string url, const CallOptions& options) {
  CallContext context;
  context.call_id = next_call_id();
  context.url = std::move(url);
  context.content_type = options.content_type;
  const auto timeout = options.timeout.count() > 0 ? options.timeout : scope.options->timeouts.request;
  context.deadline = scope.clock->now().steady + timeout;
  // A body that a sink takes needs no memory.
  const bool in_memory = drain_of(options.sink) == nullptr;
  context.max_response_bytes = in_memory ? scope.options->max_response_bytes : std::numeric_limits<std::size_t>::max();
  if (options.max_response_bytes > 0) context.max_response_bytes = options.max_response_bytes;
  return context;
}

/// There is nothing to announce when there is no certificate.
ExpiryNotices notices_for(const ClientOptions& options, const TlsIdentity* identity) {
  if (identity == nullptr) return {{}, WallTime::max()};
  return {options.reload.expiry_thresholds, identity->expires_at()};
}

}  // namespace

ExpiryNotices::ExpiryNotices(std::vector<std::chrono::hours> thresholds, WallTime expires_at)
    : thresholds_(std::move(thresholds)), expires_at_(expires_at) {
  std::sort(thresholds_.begin(), thresholds_.end(), std::greater<>());
}

std::optional<ExpiryNotices::Notice> ExpiryNotices::due(WallTime now) noexcept {
  const auto left = expires_at_ - now;
  std::size_t next = next_.load(std::memory_order_relaxed);
  std::size_t passed = next;
  while (passed < thresholds_.size() && left <= thresholds_[passed]) ++passed;
  // The thread that moves `next_` on is the one that gets the notice.
  if (passed == next || !next_.compare_exchange_strong(next, passed, std::memory_order_relaxed)) return std::nullopt;
  return Notice{std::chrono::duration_cast<std::chrono::seconds>(left), thresholds_[passed - 1]};
}

Result<CallContext> ClientScope::api_context(const Request& request) const {
  auto url = join_url(options->environment.api_url, request.path, request.options.query);
  if (!url) return std::move(url).error();
  CallContext context = context_of(*this, *std::move(url), request.options);
  if (context.content_type.empty() && size_of(request.body) != 0) context.content_type = "application/json";
  return context;
}

CallContext ClientScope::upload_context(const Request& request) const {
  CallContext context = context_of(*this, request.path, request.options);
  context.ask_first = size_of(request.body).value_or(0) >= kAskedFirst;
  return context;
}

/// A transport of the client's own takes the place of all.
Generation::Transports Generation::make_transports() const {
  const ClientOptions& options = *scope_.options;
  if (options.transport) {
    const auto blocking = std::make_shared<CustomTransport>(options.transport);
    return {blocking, blocking, nullptr, std::make_unique<CustomTransport>(options.transport), {}};
  }
  const auto setup = [&options](std::shared_ptr<const TlsIdentity> presented) {
    return ConnectionSetup{std::move(presented), options.timeouts.connect, options.connections};
  };
  const ConnectionSetup with = setup(loaded_.identity);
  const ConnectionSetup without = setup(loaded_.identity->without_certificate());
  const auto mtls = std::make_shared<PooledTransport>(with);
  const bool shown_for_token = loaded_.given.oauth_client.present_client_certificate;
  auto multi =
      std::make_unique<MultiplexedTransport>(MultiplexedTransport::Setups{with, shown_for_token ? with : without});
  auto checked = multi->check();
  return {mtls, std::make_shared<PooledTransport>(without), mtls.get(), std::move(multi), std::move(checked)};
}

std::shared_ptr<TokenProvider> Generation::make_token_provider() const {
  ClientCredentialsGrant grant(scope_.options->environment.token_url, loaded_.given.oauth_client, policies_.secrets);
  auto source = std::make_unique<ClientCredentialsSource>(std::move(grant), engine_);
  return std::make_shared<TokenProvider>(std::move(source), scope_.clock, scope_.observer,
                                         [engine = engine_] { engine->look_for_tokens(); });
}

Generation::Generation(const ClientScope& scope, const ProcessScope& process, LoadedCredentials loaded,
                       std::uint64_t number)
    : retirement_(std::make_shared<Retirement>(scope.observer, number)),
      scope_(scope),
      process_(process),
      loaded_(std::move(loaded)),
      number_(number),
      notices_(notices_for(*scope_.options, loaded_.identity.get())),
      policies_{ApiKeyAuthorizer(loaded_.given.api_key), BearerAuthorizer(),
                RetryPolicy(scope_.options->retry, random_jitter, scope_.options->timeouts.attempt),
                secrets_of(loaded_.given)},
      transports_(make_transports()),
      engine_(std::make_shared<MultiplexedEngine>(
          LoopScope{retirement_, scope_.clock, scope_.observer, scope_.options->async.max_in_flight},
          std::move(transports_.async), process_.threads, process_.end)),
      tokens_(make_token_provider()) {}

Result<Response> Generation::call(const Request& request, CallContext&& context) const {
  return run(*transports_.with_certificate, Call::Layers::kAll, request, std::move(context));
}

Result<Response> Generation::upload(const Request& request, CallContext&& context) const {
  return run(*transports_.without_certificate, Call::Layers::kNone, request, std::move(context));
}

Result<Response> Generation::run(Transport& transport, Call::Layers layers, const Request& request,
                                 CallContext&& context) const {
  notice_expiry(context.call_id);
  const EitherCancels either(request.options.cancellation, process_.end);
  context.cancellation = either.token();
  Call call(policies_, request, std::move(context), layers);
  return BlockingEngine(transport, *tokens_, *scope_.clock, scope_.observer.get()).run(call);
}

Result<void> Generation::call_async(std::shared_ptr<const Generation> self, Request request, CallContext context,
                                    Completion&& completion, PendingCalls::Place place) const {
  notice_expiry(context.call_id);
  AsyncCalls call;
  call.emplace_back(std::move(self), policies_, *tokens_, std::move(request), std::move(context), std::move(completion),
                    std::move(place));
  auto submitted = engine_->submit(call);
  if (!submitted) completion = call.front().take_completion();
  return submitted;
}

Result<void> Generation::warm_up(const WarmUpOptions& options, CallContext context) const try {
  const EitherCancels either(options.cancellation, process_.end);
  context.cancellation = either.token();
  static_cast<void>(tokens_->get_now());  // a token that has to be fetched is under way from here on
  const auto opened = std::make_shared<AwaitedAnswer>();
  if (transports_.mtls == nullptr) {
    opened->bring({});  // a transport of the client's own: its connections are its business
  } else if (options.multiplexed) {
    engine_->open_connection(context, [opened](Result<void> outcome) { opened->bring(std::move(outcome)); });
  } else {
    opened->bring(transports_.mtls->connect(context));
  }
  auto token = tokens_->get(context.deadline, context.cancellation);
  if (!token) return std::move(token).error();
  return opened->wait(context.deadline, context.cancellation);
} catch (const std::system_error&) {
  return no_thread_error("The system gave no thread to make connections on.");
}

CredentialsStatus Generation::status() const {
  const Moment now = scope_.clock->now();
  CredentialsStatus status;
  status.generation = number_;
  if (loaded_.identity) {
    status.certificate_left = std::chrono::floor<std::chrono::seconds>(loaded_.identity->expires_at() - now.wall);
  }
  status.token_left = tokens_->life_left(now);
  return status;
}

void Generation::notice_expiry(std::uint64_t call_id) const noexcept {
  if (!scope_.observer) return;
  if (const auto notice = notices_.due(scope_.clock->now().wall)) {
    scope_.observer->certificate_expiring({{call_id}, notice->left, notice->threshold});
  }
}

}  // namespace easypost_connect::internal
