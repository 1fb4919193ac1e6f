// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/connect_client.hpp>

#include <utility>

#include <easypost_connect/transport.hpp>

#include "client/checks.hpp"
#include "client/generation.hpp"
#include "client/https_url.hpp"
#include "client/observers.hpp"
#include "core/fork.hpp"
#include "core/make_error.hpp"
#include "transport/curl_library.hpp"

namespace easypost_connect {

using internal::Generation;
using internal::TlsIdentity;

class ConnectClient::Impl {
 public:
  static Result<std::shared_ptr<Impl>> create(ClientOptions options);

  Impl(ClientOptions options, std::shared_ptr<const TlsIdentity> identity, std::shared_ptr<Observer> observer)
      : options_(std::move(options)),
        identity_(std::move(identity)),
        generation_(std::make_shared<Generation>(options_, identity_, clock_, std::move(observer))) {}

  ~Impl() {
    if (!generation_->of_this_process()) internal::abandon(std::move(generation_));
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<Response> send(const Request& request);
  Result<Response> upload(const Request& request);
  void end() noexcept {
    if (generation_->of_this_process()) generation_->end();
  }

 private:
  [[nodiscard]] std::shared_ptr<const Generation> generation();
  [[nodiscard]] CallContext context(std::string url, const CallOptions& options) const;

  const std::shared_ptr<const internal::Clock> clock_ = std::make_shared<internal::SystemClock>();
  const ClientOptions options_;
  const std::shared_ptr<const TlsIdentity> identity_;
  std::shared_ptr<Generation> generation_;  // guarded by fork_safe_mutex()
};

Result<std::shared_ptr<ConnectClient::Impl>> ConnectClient::Impl::create(ClientOptions options) {
  if (auto error = internal::check_options(options)) return *std::move(error);
  auto observer = internal::choose_observer(options);
  if (!observer) return std::move(observer).error();
  std::shared_ptr<const TlsIdentity> identity;
  if (!options.transport) {
    if (auto error = internal::check_curl_library()) return *std::move(error);
    auto loaded =
        TlsIdentity::load(options.credentials.client_certificate, options.server_ca, std::chrono::system_clock::now());
    if (!loaded) return std::move(loaded).error();
    identity = *std::move(loaded);
    if (*observer) internal::report_expiry(**observer, *identity, std::chrono::system_clock::now());
  }
  return std::make_shared<Impl>(std::move(options), std::move(identity), *std::move(observer));
}

/// The generation to call with. A child of fork() makes one of its own, from the same credentials.
std::shared_ptr<const Generation> ConnectClient::Impl::generation() {
  const std::lock_guard lock(internal::fork_safe_mutex());
  if (!generation_->of_this_process()) {
    auto observer = internal::choose_observer(options_);
    auto own =
        std::make_shared<Generation>(options_, identity_, clock_, observer ? *std::move(observer) : options_.observer);
    internal::abandon(std::exchange(generation_, std::move(own)));
  }
  return generation_;
}

Result<Response> ConnectClient::Impl::send(const Request& request) {
  if (auto error = internal::check_request(request)) return *std::move(error);
  auto url = internal::join_url(options_.environment.api_url, request.path, request.options.query);
  if (!url) return std::move(url).error();
  auto call = context(*std::move(url), request.options);
  if (call.content_type.empty()) call.content_type = "application/json";
  return generation()->call(request, std::move(call));
}

Result<Response> ConnectClient::Impl::upload(const Request& request) {
  if (auto error = internal::check_upload(request)) return *std::move(error);
  return generation()->upload(request, context(request.path, request.options));
}

CallContext ConnectClient::Impl::context(std::string url, const CallOptions& options) const {
  CallContext context;
  context.url = std::move(url);
  context.content_type = options.content_type;
  context.deadline = clock_->now().steady + (options.timeout.count() > 0 ? options.timeout : options_.timeouts.request);
  context.max_response_bytes = options_.max_response_bytes;
  return context;
}

ConnectClient::ConnectClient(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ConnectClient::ConnectClient(ConnectClient&&) noexcept = default;

ConnectClient& ConnectClient::operator=(ConnectClient&& other) noexcept {
  std::swap(impl_, other.impl_);
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
  return impl->send(request);
}

Result<Response> ConnectClient::get(std::string path, CallOptions options) {
  return send({Method::kGet, std::move(path), {}, std::move(options)});
}

Result<Response> ConnectClient::post(std::string path, std::string body, CallOptions options) {
  return send({Method::kPost, std::move(path), std::move(body), std::move(options)});
}

Result<Response> ConnectClient::put(std::string path, std::string body, CallOptions options) {
  return send({Method::kPut, std::move(path), std::move(body), std::move(options)});
}

Result<Response> ConnectClient::patch(std::string path, std::string body, CallOptions options) {
  return send({Method::kPatch, std::move(path), std::move(body), std::move(options)});
}

Result<Response> ConnectClient::del(std::string path, CallOptions options) {
  return send({Method::kDelete, std::move(path), {}, std::move(options)});
}

Result<Response> ConnectClient::upload(const std::string& file_upload_url, std::string content, CallOptions options) {
  const auto impl = impl_;
  return impl->upload({Method::kPut, file_upload_url, std::move(content), std::move(options)});
}

}  // namespace easypost_connect
