// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !defined(__cpp_impl_coroutine)
#error "easypost_connect/coroutine.hpp needs C++20; easypost_connect/async.hpp has futures and for_each() for C++17"
#endif

#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/connect_client.hpp>

namespace easypost_connect {

/// What co_send() gives to co_await. Lives in the coroutine's frame; what the completion needs does not, so that the
/// frame may be destroyed before the answer comes.
class [[nodiscard]] SendAwaiter {
 public:
  SendAwaiter(ConnectClient& client, Request request) : client_(client), request_(std::move(request)) {}
  ~SendAwaiter() {
    if (waiting_ && !waiting_->over.exchange(true)) waiting_->end.cancel();
  }
  SendAwaiter(const SendAwaiter&) = delete;
  SendAwaiter& operator=(const SendAwaiter&) = delete;

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> coroutine) {
    const auto waiting = std::make_shared<Waiting>(request_.options.cancellation);
    waiting_ = waiting;
    request_.options.cancellation = waiting->end.token();
    // The answer may come before send_async() returns: from then on this object may be gone.
    client_.send_async(std::move(request_), [waiting, coroutine](Result<Response> result) {
      if (waiting->over.exchange(true)) return;
      waiting->result.emplace(std::move(result));
      coroutine.resume();
    });
  }

  [[nodiscard]] Result<Response> await_resume() { return *std::move(waiting_->result); }

 private:
  struct Waiting {
    explicit Waiting(const CancellationToken& callers) : caller_cancels(callers, [this] { end.cancel(); }) {}

    std::atomic<bool> over{false};  // by the answer, or by the end of the coroutine
    std::optional<Result<Response>> result;
    const CancellationSource end;
    const CancellationCallback caller_cancels;
  };

  ConnectClient& client_;
  Request request_;
  std::shared_ptr<Waiting> waiting_;
};

/// C++20: `const auto jobs = co_await co_send(client, Method::kGet, "/jobs");`
///
/// The coroutine goes on where completions run, on the client's I/O thread, and the rules of Completion hold for it: it
/// moves long work to an executor of its own. A call that cannot be accepted lets it go on at once, on its own thread.
///
/// A coroutine that is destroyed while it waits cancels its call, and does not go on. On any other thread than the
/// client's, whoever destroys it sees to it that it is not just going on: nobody else can.
inline SendAwaiter co_send(ConnectClient& client, Method method, std::string path, Body body = {}) {
  return {client, {method, std::move(path), std::move(body), {}}};
}

/// The same with all that a call can have; the request is copied.
inline SendAwaiter co_send(ConnectClient& client, const Request& request) { return {client, request}; }

/// Give it a variable: g++ 12 destroys an aggregate twice if it is made inside the expression that is awaited.
SendAwaiter co_send(ConnectClient& client, Request&& request) = delete;

}  // namespace easypost_connect
