// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !defined(__cpp_impl_coroutine)
#error "easypost_connect/coroutine.hpp needs C++20; easypost_connect/async.hpp has futures and for_each() for C++17"
#endif

#include <coroutine>
#include <optional>
#include <string>
#include <utility>

#include <easypost_connect/connect_client.hpp>

namespace easypost_connect {

/// What co_send() gives to co_await. Lives in the coroutine's frame and allocates nothing of its own.
class [[nodiscard]] SendAwaiter {
 public:
  SendAwaiter(ConnectClient& client, Request request) : client_(client), request_(std::move(request)) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> waiting) {
    // The answer may come before send_async() returns: from then on this object may be gone.
    client_.send_async(std::move(request_), [this, waiting](Result<Response> result) {
      result_.emplace(std::move(result));
      waiting.resume();
    });
  }

  [[nodiscard]] Result<Response> await_resume() { return *std::move(result_); }

 private:
  ConnectClient& client_;
  Request request_;
  std::optional<Result<Response>> result_;
};

/// C++20: `const auto jobs = co_await co_send(client, Method::kGet, "/jobs");`
///
/// The coroutine goes on where completions run, on the client's I/O thread, and the rules of Completion hold for it: it
/// moves long work to an executor of its own. A call that cannot be accepted lets it go on at once, on its own thread.
inline SendAwaiter co_send(ConnectClient& client, Method method, std::string path, Body body = {}) {
  return {client, {method, std::move(path), std::move(body), {}}};
}

/// The same with all that a call can have; the request is copied.
inline SendAwaiter co_send(ConnectClient& client, const Request& request) { return {client, request}; }

/// Give it a variable: g++ 12 destroys an aggregate twice if it is made inside the expression that is awaited.
SendAwaiter co_send(ConnectClient& client, Request&& request) = delete;

}  // namespace easypost_connect
