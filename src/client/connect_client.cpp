// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/connect_client.hpp>

#include <utility>

#include <easypost_connect/transport.hpp>

#include "call/answer_error.hpp"
#include "client/checks.hpp"
#include "client/generation.hpp"
#include "client/https_url.hpp"
#include "core/make_error.hpp"
#include "engine/blocking_engine.hpp"

namespace easypost_connect {

using internal::Call;

class ConnectClient::Impl {
 public:
  Impl(const ClientOptions& options, std::unique_ptr<internal::Generation> generation, std::shared_ptr<const internal::Clock> clock)
      : api_url_(options.environment.api_url),
        default_timeout_(options.timeouts.request),
        max_response_bytes_(options.max_response_bytes),
        clock_(std::move(clock)),
        generation_(std::move(generation)),
        engine_(*generation_->transport, *generation_->tokens, *clock_) {}

  Result<Response> send(const Request& request) const {
    if (auto error = internal::check_request(request)) return *std::move(error);
    auto url = internal::join_url(api_url_, request.path, request.options.query);
    if (!url) return std::move(url).error();
    Call call(generation_->policies, request, context(*std::move(url), request.options));
    return engine_.run(call);
  }

  Result<Response> upload(const Request& request) const {
    if (auto error = internal::check_request(request)) return *std::move(error);
    const auto problem = internal::problem_of(request.path);
    if (!problem.empty()) {
      return internal::make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                                  "file_upload_url " + std::string(problem) + ".",
                                  "Give the fileUploadUrl as the API returned it.");
    }
    auto answer = generation_->upload_transport->send(request, context(request.path, request.options));
    if (answer && (answer->status < 200 || answer->status >= 300)) return internal::upload_error(*std::move(answer));
    return answer;
  }

 private:
  [[nodiscard]] CallContext context(std::string url, const CallOptions& options) const {
    CallContext context;
    context.url = std::move(url);
    context.deadline = clock_->now().steady + (options.timeout.count() > 0 ? options.timeout : default_timeout_);
    context.max_response_bytes = max_response_bytes_;
    return context;
  }

  std::string api_url_;
  std::chrono::milliseconds default_timeout_;
  std::size_t max_response_bytes_;
  std::shared_ptr<const internal::Clock> clock_;
  std::unique_ptr<internal::Generation> generation_;
  internal::BlockingEngine engine_;
};

ConnectClient::ConnectClient(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ConnectClient::ConnectClient(ConnectClient&&) noexcept = default;
ConnectClient& ConnectClient::operator=(ConnectClient&&) noexcept = default;
ConnectClient::~ConnectClient() = default;

Result<ConnectClient> ConnectClient::create(ClientOptions options) {
  if (auto error = internal::check_options(options)) return *std::move(error);
  auto clock = std::make_shared<const internal::SystemClock>();
  auto generation = internal::Generation::compose(options, clock);
  if (!generation) return std::move(generation).error();
  return ConnectClient(std::make_unique<Impl>(options, *std::move(generation), std::move(clock)));
}

Result<ConnectClient> ConnectClient::from_environment() {
  auto options = ClientOptions::from_environment();
  if (!options) return std::move(options).error();
  return create(*std::move(options));
}

Result<Response> ConnectClient::send(const Request& request) { return impl_->send(request); }

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
  options.content_type.clear();  // part of what a presigned URL may sign; the documented upload sends none
  return impl_->upload({Method::kPut, file_upload_url, std::move(content), std::move(options)});
}

}  // namespace easypost_connect
