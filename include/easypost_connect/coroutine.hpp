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

/// The awaitable that co_send() returns. It lives in the coroutine's frame. The state that the completion needs lives
/// outside, so that the frame may be destroyed before the answer comes.
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
    // The answer may come before send_async() returns, and the coroutine may have destroyed this object by then.
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

    std::atomic<bool> over{false};  // set by the answer, or by the end of the coroutine
    std::optional<Result<Response>> result;
    const CancellationSource end;
    const CancellationCallback caller_cancels;
  };

  ConnectClient& client_;
  Request request_;
  std::shared_ptr<Waiting> waiting_;
};

/// Makes a call whose answer a coroutine (C++20) waits for:
/// `const auto jobs = co_await co_send(client, Method::kGet, "/jobs");`
///
/// The coroutine resumes where completions run, on the client's I/O thread, and the rules of Completion hold for it:
/// move long work to an executor of your own. After a call that cannot be accepted it resumes at once, on its own
/// thread.
///
/// A coroutine that is destroyed while it waits cancels its call, and does not resume. Code that destroys it on another
/// thread than the client's must make sure that it is not resuming at that moment: nobody else can.
inline SendAwaiter co_send(ConnectClient& client, Method method, std::string path, Body body = {}) {
  return {client, {method, std::move(path), std::move(body), {}}};
}

/// Makes a call with all that a Request can have. The request is copied.
inline SendAwaiter co_send(ConnectClient& client, const Request& request) { return {client, request}; }

/// Deleted: give the request a name first, because g++ 12 destroys an aggregate twice if it is made inside the
/// expression that is awaited.
SendAwaiter co_send(ConnectClient& client, Request&& request) = delete;

}  // namespace easypost_connect
