// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/connect_client.hpp>

#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <utility>

#include <easypost_connect/transport.hpp>

#include "client/checks.hpp"
#include "client/generations.hpp"
#include "client/https_url.hpp"
#include "client/observers.hpp"
#include "core/body_origin.hpp"
#include "core/body_target.hpp"
#include "core/fork.hpp"
#include "core/make_error.hpp"
#include "transport/curl_library.hpp"

namespace easypost_connect {

using internal::ClientParts;
using internal::Generations;

namespace {

/// An upload of this size and more asks first: a URL that is no longer good costs an answer, not the upload. With less,
/// servers that do not answer (libcurl waits for a second) would cost more than that saves.
constexpr std::uint64_t kAskedFirst = std::uint64_t{8} * 1024 * 1024;

Error moved_from() noexcept try {
  return internal::make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "This client was moved from.",
                              "Use the client that it was moved to.");
} catch (const std::bad_alloc&) {
  return internal::out_of_memory();
}

/// There was no memory to begin.
Error not_begun() noexcept {
  Error error = internal::out_of_memory();
  error.never_sent = true;
  error.never_whole = true;
  return error;
}

}  // namespace

class ConnectClient::Impl {
 public:
  static Result<std::shared_ptr<Impl>> create(ClientOptions options);

  Impl(ClientParts parts, std::shared_ptr<Generations> generations)
      : parts_(std::move(parts)), state_{internal::process_generation(), std::move(generations)} {}

  ~Impl() {
    if (!state_.of_this_process()) internal::abandon(std::move(state_.generations));
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<Response> send(const Request& request);
  void send_async(Request request, Completion completion);
  Result<CredentialsStatus> reload(std::optional<Credentials> credentials);
  [[nodiscard]] CredentialsStatus credentials_status();
  Result<Response> upload(const Request& request);
  Result<CredentialsStatus> warm_up(const WarmUpOptions& options);
  /// Those of this process.
  [[nodiscard]] Result<std::shared_ptr<Generations>> generations();
  void end() noexcept {
    const State now = state();
    if (now.of_this_process()) now.generations->end();
  }

 private:
  /// What belongs to one process.
  struct State {
    [[nodiscard]] bool of_this_process() const noexcept { return process == internal::process_generation(); }
    unsigned process;
    std::shared_ptr<Generations> generations;
  };

  [[nodiscard]] State state() const noexcept {
    const std::lock_guard lock(internal::fork_safe_mutex());
    return state_;
  }
  [[nodiscard]] std::optional<Error> begin(Request request, Completion&& completion);
  /// Of a request that may be sent.
  [[nodiscard]] Result<CallContext> api_context(const Request& request) const;
  [[nodiscard]] CallContext context(std::string url, const CallOptions& options) const;

  const ClientParts parts_;
  State state_;  // guarded by fork_safe_mutex()
};

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

Result<Response> ConnectClient::Impl::send(const Request& request) try {
  auto call = api_context(request);
  if (!call) return std::move(call).error();
  const auto generations = this->generations();
  if (!generations) return generations.error();
  if ((*generations)->threads()->calls_are_carried_here()) return internal::would_wait_for_itself();
  return (*generations)->current()->call(request, *std::move(call));
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

Result<Response> ConnectClient::Impl::upload(const Request& request) try {
  if (auto error = internal::check_upload(request)) return *std::move(error);
  const auto generations = this->generations();
  if (!generations) return generations.error();
  if ((*generations)->threads()->calls_are_carried_here()) return internal::would_wait_for_itself();
  auto call = context(request.path, request.options);
  call.ask_first = internal::size_of(request.body).value_or(0) >= kAskedFirst;
  return (*generations)->current()->upload(request, std::move(call));
} catch (const std::bad_alloc&) {
  return not_begun();
}

Result<CredentialsStatus> ConnectClient::Impl::warm_up(const WarmUpOptions& options) try {
  Request request;
  request.path = "/";
  request.options.timeout = options.timeout;
  auto call = api_context(request);
  if (!call) return std::move(call).error();
  const auto generations = this->generations();
  if (!generations) return generations.error();
  if ((*generations)->threads()->calls_are_carried_here()) return internal::would_wait_for_itself();
  const auto generation = (*generations)->current();
  if (auto error = generation->warm_up(options, *std::move(call))) return *std::move(error);
  return generation->status();
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
  const auto impl = impl_;  // a call that is under way when the client is destroyed ends on its own
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
  if (!impl) return moved_from();
  return impl->upload({Method::kPut, file_upload_url, std::move(content), std::move(options)});
}

/// Null: there are none, as of a client that was moved from.
std::shared_ptr<const internal::ClientThreads> internal::threads_of(const ConnectClient& client) {
  if (!client.impl_) return nullptr;
  const auto generations = client.impl_->generations();
  return generations ? (*generations)->threads() : nullptr;
}

}  // namespace easypost_connect
