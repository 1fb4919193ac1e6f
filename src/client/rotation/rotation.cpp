// SPDX-License-Identifier: Apache-2.0
#include "rotation/rotation.hpp"

#include <new>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"
#include "core/process.hpp"

namespace easypost_connect::internal {
namespace {

void tell_warnings(const ClientScope& scope, const LoadedCredentials& loaded) {
  if (!scope.observer || !loaded.identity) return;
  const Secrets secrets = secrets_of(loaded.given);
  for (const auto& warning : loaded.identity->warnings()) {
    const std::string message = secrets.left_out_of(warning.message);
    const std::string remedy = secrets.left_out_of(warning.remedy);
    scope.observer->credential_warning({{}, message, remedy});
  }
}

/// What is said of credentials does not keep them from being used: without memory for it, it is not said.
void announce(const ClientScope& scope, const Generation& next) noexcept try {
  tell_warnings(scope, next.credentials());
  next.notice_expiry();
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

Error reload_in_itself() {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                    "reload() was called by a function that a reload() of the same client has called, the credential "
                    "source or an observer: it would wait for itself.",
                    "Call reload() on another thread, or when that one has returned.");
}

/// The other reload may need the thread, for its token or its probe.
Error reload_under_way() {
  Error error = make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                           "reload() was called on a thread that carries calls out, in a completion or in another "
                           "function that is run there, while another reload was under way.",
                           "Call reload() there again later, or on another thread, which waits for the other one.");
  error.retryable = true;
  return error;
}

}  // namespace

Result<std::shared_ptr<Rotation>> Rotation::begin(ClientScope scope, LoadedCredentials first, std::uint64_t number) {
  auto generations = std::make_shared<Rotation>(std::move(scope), std::move(first), number);
  if (auto checked = generations->current()->check(); !checked) return std::move(checked).error();
  if (auto begun = generations->watch(); !begun) return std::move(begun).error();
  return generations;
}

Rotation::Rotation(ClientScope scope, LoadedCredentials first, std::uint64_t number)
    : scope_(std::move(scope)),
      pending_(std::make_shared<PendingCalls>(scope_.options->async, threads_)),
      schedule_(std::make_shared<LookSchedule>(scope_.options->reload.watch_interval)),
      current_(make(std::move(first), number)),
      process_ends_(process_end(), [this] { cancel_all(); }) {
  if (has_source()) schedule_->answered(current_->credentials().look_again_after);
  announce(scope_, *current_);
}

Rotation::~Rotation() { end(); }

Rotation::GenerationPtr Rotation::make(LoadedCredentials loaded, std::uint64_t number) const {
  return std::make_shared<const Generation>(scope_, ProcessScope{end_.token(), threads_}, std::move(loaded), number);
}

std::shared_ptr<const Generation> Rotation::current() const {
  const std::lock_guard lock(fork_safe_mutex());
  return current_;
}

Result<void> Rotation::call_async(Request request, CallContext context, Completion&& completion) {
  auto place = pending_->enter(context.deadline, request.options.cancellation);
  if (!place) return std::move(place).error();
  const auto generation = current();
  return generation->call_async(generation, std::move(request), std::move(context), std::move(completion),
                                *std::move(place));
}

Result<CredentialsStatus> Rotation::reload(std::optional<Credentials> credentials) {
  if (reloading_.is_locked_here()) return reload_in_itself();
  if (threads_->calls_are_carried_here()) {
    if (!reloading_.try_lock()) return reload_under_way();
  } else if (!reloading_.lock(end_.token())) {
    return cancelled_error();
  }
  const std::lock_guard reloading(reloading_, std::adopt_lock);
  auto outcome = replace(offer(std::move(credentials)));
  if (!outcome) report(outcome.error());
  return outcome;
}

Result<Rotation::Offer> Rotation::offer(std::optional<Credentials> of_caller) const {
  if (of_caller) return Offer{Offer::Origin::kCaller, *std::move(of_caller), std::nullopt};
  if (!has_source()) return Offer{Offer::Origin::kFiles, current()->credentials().given, std::nullopt};
  auto answer = ask_source(*scope_.options, current()->credentials().given);
  if (!answer.credentials) return std::move(answer.credentials).error();
  return Offer{Offer::Origin::kSource, *std::move(answer.credentials), answer.look_again_after};
}

Result<CredentialsStatus> Rotation::replace(Result<Offer> offer) try {
  if (!offer) return std::move(offer).error();
  const auto origin = offer->origin;
  const auto next = prove_next(*std::move(offer));
  if (!next) return next.error();
  if (origin == Offer::Origin::kSource) schedule_->answered((*next)->credentials().look_again_after);
  if (auto begun = watch(); !begun) return std::move(begun).error();
  const CredentialsStatus status = (*next)->status();
  auto before = *next;
  {
    const std::lock_guard lock(fork_safe_mutex());
    current_.swap(before);
  }
  before->replaced();
  announce(scope_, **next);
  if (scope_.observer) scope_.observer->credentials_reloaded({{}, (*next)->number(), nullptr});
  return status;  // `before` may retire from here on
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// Credentials of the caller do not change what the source has said last.
Result<Rotation::GenerationPtr> Rotation::prove_next(Offer offer) const {
  const auto now = current();
  const LoadedCredentials& before = now->credentials();
  ReadingRules rules = reading_rules();
  rules.pipes = offer.origin != Offer::Origin::kFiles;  // else they are the files of before
  auto loaded =
      load_credentials(*scope_.options, std::move(offer.given), before.server_ca, scope_.clock->now().wall, rules);
  if (!loaded) return std::move(loaded).error();
  loaded->look_again_after = offer.look_again_after;
  if (offer.origin == Offer::Origin::kCaller) {
    loaded->source_digest = before.source_digest;
    loaded->look_again_after = before.look_again_after;
  }
  auto candidate = make(*std::move(loaded), now->number() + 1);
  if (auto checked = candidate->check(); !checked) return std::move(checked).error();
  if (auto probed = probe(*candidate); !probed) return std::move(probed).error();
  return candidate;
}

Result<void> Rotation::probe(const Generation& candidate) const {
  const std::string& path = scope_.options->reload.probe_path;
  if (path.empty()) return {};
  Request request;
  request.path = path;
  auto context = scope_.api_context(request);
  if (!context) return std::move(context).error();
  auto answer = candidate.call(request, *std::move(context));
  if (!answer) return std::move(answer).error();
  return {};
}

void Rotation::report(const Error& error) const {
  if (!scope_.observer || end_.token().cancelled()) return;
  scope_.observer->credentials_reloaded({{}, current()->number(), &error});
}

CredentialsStatus Rotation::status() const { return current()->status(); }

void Rotation::cancel_all() noexcept {
  pending_->close();
  end_.cancel();
}

void Rotation::end() noexcept {
  cancel_all();
  threads_->wait();
}

/// The thread owns the generations only while it looks: their end does not wait for the next look. It polls, because
/// that sees every way in which files are replaced (symbolic links of Kubernetes, network file systems), and needs no
/// descriptor.
Result<void> Rotation::watch() try {
  if (watched_ || !schedule_->pause()) return {};
  threads_->start(ClientThreads::Work::kWatchFiles,
                  [weak = weak_from_this(), end = end_.token(), schedule = schedule_] {
                    while (schedule->wait(end)) {
                      if (const auto generations = weak.lock()) generations->look();
                    }
                  });
  watched_ = true;
  return {};
} catch (const std::system_error&) {
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                    has_source() ? "credential_source: the system gave no thread to ask it again on."
                                 : "reload.watch_interval: the system gave no thread to watch the files with.",
                    "Raise the limit of threads of this process.");
}

/// Nobody waits for files when the client ends.
ReadingRules Rotation::reading_rules() const {
  ReadingRules rules;
  rules.cancellation = end_.token();
  return rules;
}

void Rotation::look() try {
  current()->notice_expiry();
  has_source() ? look_at_source() : look_at_files();
} catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; there is a next time
}

/// Files are seen half written, or the certificate before its key: what cannot be used is tried once more, and only
/// then told of.
void Rotation::look_at_files() {
  const auto now = current();
  const auto digest = digest_now(now->credentials(), reading_rules());
  if (digest == now->credentials().digest) return;
  const bool settled = digest == refused_digest_;
  if (settled && refusal_reported_) return;
  const std::unique_lock reloading(reloading_, std::try_to_lock);
  if (!reloading) return;  // nor does it wait for a reload under way, whose observer may end the client
  const auto outcome = replace(offer(std::nullopt));
  refused_digest_ = outcome ? std::string() : digest;
  refusal_reported_ = settled;
  if (!outcome && settled) report(outcome.error());
}

/// Credentials that cannot be used are tried again at each look: the reason may pass, such as an API that does not
/// answer the probe.
void Rotation::look_at_source() {
  const std::unique_lock reloading(reloading_, std::try_to_lock);
  if (!reloading) return schedule_->postponed();
  auto offered = offer(std::nullopt);
  if (offered && is_in_use(*offered)) return schedule_->answered(offered->look_again_after);
  const auto outcome = replace(std::move(offered));
  if (!outcome && schedule_->failed(outcome.error())) report(outcome.error());
}

/// Reads the files that the source names, so that pipes are read once.
bool Rotation::is_in_use(Offer& offer) const {
  const auto now = current();
  return digest_of_source(*scope_.options, offer.given, now->credentials().server_ca, reading_rules()) ==
         now->credentials().source_digest;
}

}  // namespace easypost_connect::internal
