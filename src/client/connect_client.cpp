// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/connect_client.hpp>

#include <optional>
#include <utility>

#include "client/connect_client_impl.hpp"
#include "core/make_error.hpp"

namespace easypost_connect {

namespace {

Error moved_from() noexcept {
  return internal::fixed_error(ErrorCode::kInvalidRequest, Factor::kRequest, "This client was moved from.",
                               "Use the client that it was moved to.");
}

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

/// Null: there are none, as of a client that was moved from.
std::shared_ptr<const internal::ClientThreads> internal::threads_of(const ConnectClient& client) {
  if (!client.impl_) return nullptr;
  const auto generations = client.impl_->generations();
  return generations ? (*generations)->threads() : nullptr;
}

}  // namespace easypost_connect
