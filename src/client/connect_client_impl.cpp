// SPDX-License-Identifier: Apache-2.0
#include "client/connect_client_impl.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>

#include <easypost_connect/transport.hpp>

#include "client/checks.hpp"
#include "client/https_url.hpp"
#include "client/observers.hpp"
#include "core/body_origin.hpp"
#include "core/body_target.hpp"
#include "core/make_error.hpp"
#include "wire/curl_library.hpp"

namespace easypost_connect {

using internal::ClientParts;
using internal::Generations;

namespace {

/// An upload of this size and more asks first: a URL that is no longer good costs an answer, not the upload. With less,
/// servers that do not answer (libcurl waits for a second) would cost more than that saves.
constexpr std::uint64_t kAskedFirst = std::uint64_t{8} * 1024 * 1024;

/// There was no memory to begin.
Error not_begun() noexcept {
  Error error = internal::out_of_memory();
  error.never_sent = true;
  error.never_whole = true;
  return error;
}

}  // namespace

Result<std::shared_ptr<ConnectClient::Impl>> ConnectClient::Impl::create(ClientOptions options) try {
  if (auto error = internal::check_options(options)) return *std::move(error);
  if (!options.transport) {
    if (auto error = internal::check_curl_library()) return *std::move(error);
  }
  auto observer = internal::choose_observer(options);
  if (!observer) return std::move(observer).error();
  auto credentials = internal::fetch_credentials(options, std::exchange(options.credentials, {}));
  if (!credentials) return std::move(credentials).error();
  const auto clock = std::make_shared<const internal::SystemClock>();
  internal::ReadingRules rules;
  rules.pipes = true;
  TlsMaterial server_ca = std::exchange(options.server_ca, {});
  auto loaded =
      internal::load_credentials(options, *std::move(credentials), std::move(server_ca), clock->now().wall, rules);
  if (!loaded) return std::move(loaded).error();
  const auto kept = std::make_shared<const ClientOptions>(std::move(options));
  const ClientParts parts{kept, clock, *std::move(observer)};
  auto generations = Generations::begin(parts, *std::move(loaded));
  if (!generations) return std::move(generations).error();
  return std::make_shared<Impl>(parts, *std::move(generations));
} catch (const std::bad_alloc&) {
  return not_begun();
}

/// A child of fork() makes some of its own, from the credentials its parent had: threads, locks and connections of the
/// others belong to the parent.
Result<std::shared_ptr<Generations>> ConnectClient::Impl::generations() {
  State now = state();
  if (now.of_this_process()) return now.generations;
  ClientParts parts = parts_;
  auto observer = internal::choose_observer(*parts.options);
  parts.observer = observer ? *std::move(observer) : parts.options->observer;
  const auto parents = now.generations->current();
  auto begun = Generations::begin(std::move(parts), parents->credentials(), parents->number());
  if (!begun) return begun;
  now = {internal::process_generation(), *std::move(begun)};
  const std::lock_guard lock(internal::fork_safe_mutex());
  if (!state_.of_this_process()) {
    std::swap(state_, now);
    internal::abandon(std::move(now.generations));
  }
  return state_.generations;
}

Result<std::shared_ptr<const internal::Generation>> ConnectClient::Impl::generation_for_blocking_call() {
  const auto generations = this->generations();
  if (!generations) return generations.error();
  if ((*generations)->threads()->calls_are_carried_here()) return internal::would_wait_for_itself();
  return (*generations)->current();
}

Result<Response> ConnectClient::Impl::send(const Request& request) try {
  auto call = api_context(request);
  if (!call) return std::move(call).error();
  const auto generation = generation_for_blocking_call();
  if (!generation) return generation.error();
  return (*generation)->call(request, *std::move(call));
} catch (const std::bad_alloc&) {
  return not_begun();
}

void ConnectClient::Impl::send_async(Request request, Completion completion) {
  auto error = begin(std::move(request), std::move(completion));
  if (error) completion(*std::move(error));  // NOLINT(bugprone-use-after-move): begin() left it as it was
}

/// An Error: it did not begin, and `completion` is as it was.
std::optional<Error> ConnectClient::Impl::begin(Request request, Completion&& completion) try {
  auto call = api_context(request);
  if (!call) return std::move(call).error();
  auto generations = this->generations();
  if (!generations) return std::move(generations).error();
  return (*generations)->call_async(std::move(request), *std::move(call), std::move(completion));
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<Response> ConnectClient::Impl::upload(const std::string& url, Body content, CallOptions options) try {
  const Request request{Method::kPut, url, std::move(content), std::move(options)};
  if (auto error = internal::check_upload(request)) return *std::move(error);
  const auto generation = generation_for_blocking_call();
  if (!generation) return generation.error();
  auto call = context(request.path, request.options);
  call.ask_first = internal::size_of(request.body).value_or(0) >= kAskedFirst;
  return (*generation)->upload(request, std::move(call));
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<CredentialsStatus> ConnectClient::Impl::warm_up(const WarmUpOptions& options) try {
  Request request;
  request.path = "/";
  request.options.timeout = options.timeout;
  auto call = api_context(request);
  if (!call) return std::move(call).error();
  const auto generation = generation_for_blocking_call();
  if (!generation) return generation.error();
  if (auto error = (*generation)->warm_up(options, *std::move(call))) return *std::move(error);
  return (*generation)->status();
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<CredentialsStatus> ConnectClient::Impl::reload(std::optional<Credentials> credentials) try {
  const auto generations = this->generations();
  if (!generations) return generations.error();
  return (*generations)->reload(std::move(credentials));
} catch (const std::bad_alloc&) {
  return not_begun();
}

/// Those of the parent, in a child of fork() that has no descriptors for its own.
CredentialsStatus ConnectClient::Impl::credentials_status() {
  const auto generations = this->generations();
  return generations ? (*generations)->status() : state().generations->status();
}

Result<CallContext> ConnectClient::Impl::api_context(const Request& request) const {
  if (auto error = internal::check_request(request)) return *std::move(error);
  auto url = internal::join_url(parts_.options->environment.api_url, request.path, request.options.query);
  if (!url) return std::move(url).error();
  auto call = context(*std::move(url), request.options);
  if (call.content_type.empty() && internal::size_of(request.body) != 0) call.content_type = "application/json";
  return call;
}

CallContext ConnectClient::Impl::context(std::string url, const CallOptions& options) const {
  CallContext context;
  context.url = std::move(url);
  context.content_type = options.content_type;
  const auto timeout = options.timeout.count() > 0 ? options.timeout : parts_.options->timeouts.request;
  context.deadline = parts_.clock->now().steady + timeout;
  // What goes into a sink takes no memory.
  const bool in_memory = internal::target_of(options.sink) == nullptr;
  context.max_response_bytes = in_memory ? parts_.options->max_response_bytes : std::numeric_limits<std::size_t>::max();
  if (options.max_response_bytes > 0) context.max_response_bytes = options.max_response_bytes;
  return context;
}

}  // namespace easypost_connect
