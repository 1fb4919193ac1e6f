// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/connect_client.hpp>

#include <new>
#include <optional>
#include <utility>

#include "core/make_error.hpp"
#include "facade/check_request.hpp"
#include "facade/connect_client_impl.hpp"
#include "rotation/check_options.hpp"
#include "wire/curl_library.hpp"

namespace easypost_connect {

using internal::ClientScope;
using internal::Rotation;

namespace {

/// The Error of a call that did not begin.
Error unsent(Error error) noexcept {
  error.never_sent = true;
  error.never_whole = true;
  return error;
}

Error moved_from() noexcept {
  return unsent(internal::fixed_error(ErrorCode::kInvalidRequest, Factor::kRequest, "This client was moved from.",
                                      "Use the client that it was moved to."));
}

/// The Error of a call for whose beginning there was no memory.
Error not_begun() noexcept { return unsent(internal::out_of_memory()); }

}  // namespace

ConnectClient::ConnectClient(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ConnectClient::ConnectClient(ConnectClient&&) noexcept = default;

ConnectClient& ConnectClient::operator=(ConnectClient&& other) noexcept {
  ConnectClient taken(std::move(other));
  std::swap(impl_, taken.impl_);
  return *this;
}

ConnectClient::~ConnectClient() {
  if (impl_) impl_->end();
}

Result<ConnectClient> ConnectClient::create(ClientOptions options) {
  auto impl = Impl::create(std::move(options));
  if (!impl) return std::move(impl).error();
  return ConnectClient(*std::move(impl));
}

Result<ConnectClient> ConnectClient::from_environment() {
  auto options = ClientOptions::from_environment();
  if (!options) return std::move(options).error();
  return create(*std::move(options));
}

Result<Response> ConnectClient::send(const Request& request) {
  const auto impl = impl_;
  return impl ? impl->send(request) : moved_from();
}

void ConnectClient::send_async(Request request, Completion completion) {
  const auto impl = impl_;
  if (!completion) completion = [](const Result<Response>&) {};
  impl ? impl->send_async(std::move(request), std::move(completion)) : completion(moved_from());
}

Result<CredentialsStatus> ConnectClient::warm_up(WarmUpOptions options) {
  const auto impl = impl_;
  return impl ? impl->warm_up(options) : moved_from();
}

Result<CredentialsStatus> ConnectClient::reload() { return impl_ ? impl_->reload(std::nullopt) : moved_from(); }

Result<CredentialsStatus> ConnectClient::reload(Credentials credentials) {
  return impl_ ? impl_->reload(std::move(credentials)) : moved_from();
}

CredentialsStatus ConnectClient::credentials_status() const {
  if (impl_) return impl_->credentials_status();
  CredentialsStatus none;
  none.generation = 0;
  return none;
}

Result<Response> ConnectClient::get(std::string path, CallOptions options) {
  return send({Method::kGet, std::move(path), {}, std::move(options)});
}

Result<Response> ConnectClient::post(std::string path, Body body, CallOptions options) {
  return send({Method::kPost, std::move(path), std::move(body), std::move(options)});
}

Result<Response> ConnectClient::put(std::string path, Body body, CallOptions options) {
  return send({Method::kPut, std::move(path), std::move(body), std::move(options)});
}

Result<Response> ConnectClient::patch(std::string path, Body body, CallOptions options) {
  return send({Method::kPatch, std::move(path), std::move(body), std::move(options)});
}

Result<Response> ConnectClient::del(std::string path, CallOptions options) {
  return send({Method::kDelete, std::move(path), {}, std::move(options)});
}

Result<Response> ConnectClient::upload(const std::string& file_upload_url, Body content, CallOptions options) {
  const auto impl = impl_;
  return impl ? impl->upload(file_upload_url, std::move(content), std::move(options)) : moved_from();
}

/// Returns null for a client without threads, such as one that was moved from.
std::shared_ptr<const internal::ClientThreads> internal::threads_of(const ConnectClient& client) {
  if (!client.impl_) return nullptr;
  const auto generations = client.impl_->generations();
  return generations ? (*generations)->threads() : nullptr;
}

// --- ConnectClient::Impl

Result<std::shared_ptr<ConnectClient::Impl>> ConnectClient::Impl::create(ClientOptions options) try {
  if (auto checked = internal::check_options(options); !checked) return std::move(checked).error();
  if (!options.transport) {
    if (auto checked = internal::check_curl_library(); !checked) return std::move(checked).error();
  }
  auto observer = internal::choose_observer(options);
  if (!observer) return std::move(observer).error();
  SourcedCredentials first = std::exchange(options.credentials, {});
  if (options.credential_source) first = internal::ask_source(options, {});
  if (!first.credentials) return std::move(first.credentials).error();
  const auto clock = std::make_shared<const internal::SystemClock>();
  internal::ReadingRules rules;
  rules.pipes = true;
  TlsMaterial server_ca = std::exchange(options.server_ca, {});
  auto loaded = internal::load_credentials(options, *std::move(first.credentials), std::move(server_ca),
                                           clock->now().wall, rules);
  if (!loaded) return std::move(loaded).error();
  loaded->look_again_after = first.look_again_after;
  const auto kept = std::make_shared<const ClientOptions>(std::move(options));
  const ClientScope scope{kept, clock, *std::move(observer)};
  auto generations = Rotation::begin(scope, *std::move(loaded));
  if (!generations) return std::move(generations).error();
  return std::make_shared<Impl>(scope, *std::move(generations));
} catch (const std::bad_alloc&) {
  return not_begun();
}

/// Makes a rotation anew in a child of fork(), from the credentials that its parent had: threads, locks and connections
/// of the other rotation belong to the parent.
Result<std::shared_ptr<Rotation>> ConnectClient::Impl::generations() {
  State now = state();
  if (now.of_this_process()) return now.generations;
  ClientScope scope = scope_;
  auto observer = internal::choose_observer(*scope.options);
  scope.observer = observer ? *std::move(observer) : scope.options->observer;
  const auto parents = now.generations->current();
  auto begun = Rotation::begin(std::move(scope), parents->credentials(), parents->number());
  if (!begun) return begun;
  now = {internal::fork_count(), *std::move(begun)};
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
  auto call = checked_context(request);
  if (!call) return std::move(call).error();
  const auto generation = generation_for_blocking_call();
  if (!generation) return unsent(generation.error());
  return (*generation)->call(request, *std::move(call));
} catch (const std::bad_alloc&) {
  return not_begun();
}

void ConnectClient::Impl::send_async(Request request, Completion completion) {
  auto begun = begin(std::move(request), std::move(completion));
  if (!begun)
    completion(unsent(std::move(begun).error()));  // NOLINT(bugprone-use-after-move): begin() left it as it was
}

/// If it fails, the call did not begin, and `completion` is as it was.
Result<void> ConnectClient::Impl::begin(Request request, Completion&& completion) try {
  auto call = checked_context(request);
  if (!call) return std::move(call).error();
  auto generations = this->generations();
  if (!generations) return std::move(generations).error();
  return (*generations)->call_async(std::move(request), *std::move(call), std::move(completion));
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<Response> ConnectClient::Impl::upload(const std::string& url, Body content, CallOptions options) try {
  const Request request{Method::kPut, url, std::move(content), std::move(options)};
  if (auto checked = internal::check_upload(request); !checked) return unsent(std::move(checked).error());
  const auto generation = generation_for_blocking_call();
  if (!generation) return unsent(generation.error());
  return (*generation)->upload(request, scope_.upload_context(request));
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<CredentialsStatus> ConnectClient::Impl::warm_up(const WarmUpOptions& options) try {
  Request request;
  request.path = "/";
  request.options.timeout = options.timeout;
  auto call = checked_context(request);
  if (!call) return std::move(call).error();
  const auto generation = generation_for_blocking_call();
  if (!generation) return unsent(generation.error());
  if (auto warmed = (*generation)->warm_up(options, *std::move(call)); !warmed) return std::move(warmed).error();
  return (*generation)->status();
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<CallContext> ConnectClient::Impl::checked_context(const Request& request) const {
  if (auto checked = internal::check_request(request); !checked) return unsent(std::move(checked).error());
  auto context = scope_.api_context(request);
  if (!context) return unsent(std::move(context).error());
  return context;
}

Result<CredentialsStatus> ConnectClient::Impl::reload(std::optional<Credentials> credentials) try {
  const auto generations = this->generations();
  if (!generations) return generations.error();
  return (*generations)->reload(std::move(credentials));
} catch (const std::bad_alloc&) {
  return not_begun();
}

/// A child of fork() that has no descriptors for a rotation of its own tells the status of its parent's.
CredentialsStatus ConnectClient::Impl::credentials_status() {
  const auto generations = this->generations();
  return generations ? (*generations)->status() : state().generations->status();
}

}  // namespace easypost_connect
