// SPDX-License-Identifier: Apache-2.0
#include "client/generations.hpp"

#include <new>
#include <system_error>
#include <utility>

#include "client/https_url.hpp"
#include "core/fork.hpp"
#include "core/make_error.hpp"
#include "wire/process_end.hpp"

namespace easypost_connect::internal {
namespace {

void tell_warnings(const ClientParts& parts, const LoadedCredentials& loaded) {
  if (!parts.observer || !loaded.identity) return;
  const Secrets secrets = secrets_of(loaded.given);
  for (const auto& warning : loaded.identity->warnings()) {
    const std::string message = secrets.left_out_of(warning.message);
    const std::string remedy = secrets.left_out_of(warning.remedy);
    parts.observer->credential_warning({message, remedy});
  }
}

void announce(const ClientParts& parts, const Generation& next) {
  tell_warnings(parts, next.credentials());
  next.notice_expiry();
}

Error reload_in_itself() {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                    "reload() was called by a function that a reload() of the same client has called, the credential "
                    "source or an observer: it would wait for itself.",
                    "Call reload() on another thread, or when that one has returned.");
}

}  // namespace

Result<std::shared_ptr<Generations>> Generations::begin(ClientParts parts, LoadedCredentials first,
                                                        std::uint64_t number) try {
  auto generations = std::make_shared<Generations>(std::move(parts), std::move(first), number);
  if (generations->current()->refusal()) return *generations->current()->refusal();
  generations->watch_files();
  return generations;
} catch (const std::system_error&) {
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest,
                    "reload.watch_interval: the system gave no thread to watch the files with.",
                    "Raise the limit of threads of this process.");
}

Generations::Generations(ClientParts parts, LoadedCredentials first, std::uint64_t number)
    : parts_(std::move(parts)),
      pending_(std::make_shared<PendingCalls>(parts_.options->async, threads_)),
      current_(make(std::move(first), number)),
      process_ends_(process_end(), [this] { cancel_all(); }) {
  announce(parts_, *current_);
}

Generations::~Generations() { end(); }

Generations::GenerationPtr Generations::make(LoadedCredentials loaded, std::uint64_t number) const {
  return std::make_shared<const Generation>(parts_, ProcessParts{end_.token(), threads_}, std::move(loaded), number);
}

std::shared_ptr<const Generation> Generations::current() const {
  const std::lock_guard lock(fork_safe_mutex());
  return current_;
}

std::optional<Error> Generations::call_async(Request request, CallContext context, Completion&& completion) {
  auto place = pending_->enter(context.deadline, request.options.cancellation);
  if (!place) return std::move(place).error();
  const auto generation = current();
  return generation->call_async(generation, std::move(request), std::move(context), std::move(completion),
                                *std::move(place));
}

Result<CredentialsStatus> Generations::reload(std::optional<Credentials> credentials) {
  if (reloading_.is_locked_here()) return reload_in_itself();
  if (!reloading_.lock(end_.token())) return cancelled_error();
  auto outcome = replace(std::move(credentials), std::unique_lock(reloading_, std::adopt_lock));
  report(outcome);
  return outcome;
}

Result<CredentialsStatus> Generations::replace(std::optional<Credentials> credentials,
                                               std::unique_lock<InterruptibleMutex> one_at_a_time) try {
  const auto next = prove_next(std::move(credentials));
  if (!next) return next.error();
  auto before = *next;
  {
    const std::lock_guard lock(fork_safe_mutex());
    current_.swap(before);
  }
  before->replaced();
  one_at_a_time.unlock();  // an observer may do what it likes, even end the client
  announce(parts_, **next);
  return (*next)->status();
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<Generations::GenerationPtr> Generations::prove_next(std::optional<Credentials> credentials) const {
  const auto now = current();
  const ClientOptions& options = *parts_.options;
  ReadingRules rules = reading_rules();
  rules.pipes = credentials || options.credential_source;  // else they are the files of before
  if (!credentials) {
    auto fetched = fetch_credentials(options, now->credentials().given);
    if (!fetched) return std::move(fetched).error();
    credentials = *std::move(fetched);
  }
  auto loaded =
      load_credentials(options, *std::move(credentials), now->credentials().server_ca, parts_.clock->now().wall, rules);
  if (!loaded) return std::move(loaded).error();
  auto candidate = make(*std::move(loaded), now->number() + 1);
  if (candidate->refusal()) return *candidate->refusal();
  if (auto error = probe(*candidate)) return *std::move(error);
  return candidate;
}

std::optional<Error> Generations::probe(const Generation& candidate) const {
  const ClientOptions& options = *parts_.options;
  if (options.reload.probe_path.empty()) return std::nullopt;
  Request request;
  request.path = options.reload.probe_path;
  auto url = join_url(options.environment.api_url, request.path, {});
  if (!url) return std::move(url).error();
  CallContext context;
  context.url = *std::move(url);
  context.deadline = parts_.clock->now().steady + options.timeouts.request;
  context.max_response_bytes = options.max_response_bytes;
  auto answer = candidate.call(request, std::move(context));
  return answer ? std::nullopt : std::optional(std::move(answer).error());
}

void Generations::report(const Result<CredentialsStatus>& outcome) const {
  if (!parts_.observer) return;
  if (outcome) return parts_.observer->credentials_reloaded({outcome->generation, nullptr});
  parts_.observer->credentials_reloaded({current()->number(), &outcome.error()});
}

CredentialsStatus Generations::status() const { return current()->status(); }

void Generations::cancel_all() noexcept {
  pending_->close();
  end_.cancel();
}

void Generations::end() noexcept {
  cancel_all();
  threads_->wait();
}

/// The thread owns the generations only while it looks: their end does not wait for the next look. It polls, because
/// that sees every way in which files are replaced (symbolic links of Kubernetes, network file systems), and needs no
/// descriptor.
void Generations::watch_files() {
  const auto interval = parts_.options->reload.watch_interval;
  if (interval.count() <= 0) return;
  threads_->start(ClientThreads::Work::kWatchFiles, [weak = weak_from_this(), end = end_.token(), interval] {
    while (!wait_until(std::chrono::steady_clock::now() + interval, end)) {
      if (const auto generations = weak.lock()) generations->look_at_files();
    }
  });
}

/// Nobody waits for files when the client ends.
ReadingRules Generations::reading_rules() const {
  ReadingRules rules;
  rules.cancellation = end_.token();
  return rules;
}

/// Files are seen half written, or the certificate before its key: what cannot be used is tried once more, and only
/// then told of.
void Generations::look_at_files() try {
  const auto now = current();
  now->notice_expiry();
  const auto digest = digest_now(now->credentials(), reading_rules());
  if (digest == now->credentials().digest) return;
  const bool settled = digest == refused_digest_;
  if (settled && refusal_reported_) return;
  std::unique_lock reloading(reloading_, std::try_to_lock);
  if (!reloading) return;  // nor does it wait for a reload under way, whose observer may end the client
  const auto outcome = replace(std::nullopt, std::move(reloading));
  refused_digest_ = outcome ? std::string() : digest;
  refusal_reported_ = settled;
  if (outcome || settled) report(outcome);
} catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; there is a next time
}

}  // namespace easypost_connect::internal
