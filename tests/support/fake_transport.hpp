// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <easypost_connect/transport.hpp>

namespace easypost_connect::test_support {

using NamesAndValues = std::vector<std::pair<std::string, std::string>>;

/// A copy of what a transport was given.
struct SentRequest {
  Method method = Method::kGet;
  std::string url;
  std::string body;
  std::string content_type;
  CancellationToken cancellation;
  NamesAndValues headers;
  NamesAndValues credentials;
  std::chrono::steady_clock::time_point deadline;
  std::chrono::steady_clock::time_point call_deadline;
  std::size_t max_response_bytes = 0;

  /// Returns the value of the only credential of that name; "" when there is none, "(repeated)" when there are several.
  [[nodiscard]] std::string credential(std::string_view name) const {
    std::string found;
    for (const auto& [key, value] : credentials) {
      if (key == name) found = found.empty() ? value : "(repeated)";
    }
    return found;
  }
};

/// A transport without a network: it answers from a script and remembers what it was asked. A reply runs without a
/// lock, so it may block. Thread-safe.
class FakeTransport final : public Transport {
 public:
  using Reply = std::function<Result<Response>(const SentRequest&)>;

  /// Queues the reply to one request.
  void reply(Reply reply) {
    const std::lock_guard lock(mutex_);
    replies_.push_back(std::move(reply));
  }
  void reply(Response response) {
    reply([response = std::move(response)](const SentRequest&) -> Result<Response> { return response; });
  }
  void reply(Error error) {
    reply([error = std::move(error)](const SentRequest&) -> Result<Response> { return error; });
  }

  /// Sets the reply to every request for which none is queued.
  void always(Reply reply) {
    const std::lock_guard lock(mutex_);
    otherwise_ = std::move(reply);
  }

  Result<Response> send(const Request& request, const CallContext& context) override {
    const SentRequest sent = copy_of(request, context);
    return next_reply(sent)(sent);
  }

  [[nodiscard]] std::vector<SentRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::size_t count() const { return requests().size(); }

 private:
  static SentRequest copy_of(const Request& request, const CallContext& context) {
    SentRequest sent;
    sent.method = request.method;
    sent.url = context.url;
    sent.body = request.body.bytes();
    sent.content_type = context.content_type;
    sent.cancellation = context.cancellation;
    for (const HeaderField field : request.options.headers) sent.headers.emplace_back(field.name, field.value);
    for (const HeaderField field : context.headers) sent.headers.emplace_back(field.name, field.value);
    for (const auto& [name, value] : context.credentials) sent.credentials.emplace_back(name, value.expose());
    sent.deadline = context.deadline;
    sent.call_deadline = context.call_deadline;
    sent.max_response_bytes = context.max_response_bytes;
    return sent;
  }

  Reply next_reply(const SentRequest& sent) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(sent);
    if (replies_.empty()) return otherwise_;
    Reply reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

  mutable std::mutex mutex_;
  std::deque<Reply> replies_;
  Reply otherwise_ = [](const SentRequest&) -> Result<Response> {
    Error error;
    error.message = "FakeTransport: no reply is scripted for this request.";
    return error;
  };
  std::vector<SentRequest> requests_;
};

inline Response answer(int status, std::string body = {}, Headers headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

inline Error failure(ErrorCode code, Factor factor = Factor::kNetwork) {
  Error error;
  error.code = code;
  error.factor = factor;
  error.message = "Scripted failure.";
  return error;
}

/// Returns the answer of a token endpoint as RFC 6749, section 5.1 shows it.
inline Response token_answer(std::string_view token, long expires_in = 3600) {
  std::string body = R"({"access_token":")";
  body.append(token).append(R"(","token_type":"Bearer","expires_in":)").append(std::to_string(expires_in)).append("}");
  return answer(200, std::move(body), {{"content-type", "application/json"}});
}

}  // namespace easypost_connect::test_support
