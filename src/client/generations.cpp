// SPDX-License-Identifier: Apache-2.0
#include "client/generations.hpp"

#include <new>
#include <utility>

#include "client/https_url.hpp"
#include "core/fork.hpp"
#include "core/make_error.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

void tell_warnings(const ClientParts& parts, const LoadedCredentials& loaded) {
  if (!parts.observer || !loaded.identity) return;
  for (const auto& warning : loaded.identity->warnings()) {
    parts.observer->credential_warning({warning.message, warning.remedy});
  }
}

}  // namespace

Generations::Generations(ClientParts parts, LoadedCredentials first, std::uint64_t number)
    : parts_(std::move(parts)), pending_(std::make_shared<PendingCalls>(parts_.options->async)) {
  use(make(std::move(first), number));
  const auto interval = parts_.options->reload.watch_interval;
  if (interval.count() > 0) watcher_.emplace(interval, [this] { look_at_files(); });
}

Generations::~Generations() { end(); }

Generations::GenerationPtr Generations::make(LoadedCredentials loaded, std::uint64_t number) const {
  return std::make_unique<Generation>(parts_, ProcessParts{end_.token(), pending_, io_threads_}, std::move(loaded),
                                      number);
}

void Generations::use(GenerationPtr next) {
  tell_warnings(parts_, next->credentials());
  next->notice_expiry();
  // Whoever lets go of a generation last, the call that was still on it or a reload, tells that it is gone.
  const auto retire = [observer = parts_.observer, end = end_.token()](const Generation* generation) {
    const std::uint64_t number = generation->number();
    delete generation;
    if (observer && !end.cancelled()) observer->credentials_retired({number});
  };
  std::shared_ptr<const Generation> generation(next.release(), retire);
  const std::lock_guard lock(fork_safe_mutex());
  current_.swap(generation);
}

std::shared_ptr<const Generation> Generations::current() const {
  const std::lock_guard lock(fork_safe_mutex());
  return current_;
}

void Generations::call_async(Request request, CallContext context, Completion completion) {
  if (auto error = pending_->enter(context.deadline, request.options.cancellation))
    return completion(*std::move(error));
  const auto generation = current();
  generation->call_async(generation, std::move(request), std::move(context), std::move(completion));
}

Result<CredentialsStatus> Generations::reload(std::optional<Credentials> credentials) {
  auto outcome = replace(std::move(credentials));
  report(outcome);
  return outcome;
}

Result<CredentialsStatus> Generations::replace(std::optional<Credentials> credentials) try {
  const std::lock_guard lock(reloading_);
  auto next = prove_next(std::move(credentials));
  if (!next) return std::move(next).error();
  const CredentialsStatus status = (*next)->status();
  use(*std::move(next));
  return status;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<Generations::GenerationPtr> Generations::prove_next(std::optional<Credentials> credentials) const {
  const auto now = current();
  const ClientOptions& options = *parts_.options;
  if (!credentials) {
    auto fetched = fetch_credentials(options, now->credentials().given);
    if (!fetched) return std::move(fetched).error();
    credentials = *std::move(fetched);
  }
  auto loaded = load_credentials(options, *std::move(credentials), parts_.clock->now().wall);
  if (!loaded) return std::move(loaded).error();
  auto candidate = make(*std::move(loaded), now->number() + 1);
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

void Generations::end() noexcept {
  end_.cancel();
  watcher_.reset();
  pending_->close();
  if (!completing()) io_threads_->join();
}

/// Files are seen half written, or the certificate before its key: what cannot be used is tried once more, and only
/// then told of.
void Generations::look_at_files() try {
  const auto now = current();
  now->notice_expiry();
  const auto digest = digest_of_files(files_of(*parts_.options, now->credentials().given));
  if (digest == now->credentials().digest) return;
  const bool settled = digest == refused_digest_;
  if (settled && refusal_reported_) return;
  const auto outcome = replace(std::nullopt);
  refused_digest_ = outcome ? std::string() : digest;
  refusal_reported_ = settled;
  if (outcome || settled) report(outcome);
} catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; there is a next time
}

}  // namespace easypost_connect::internal
