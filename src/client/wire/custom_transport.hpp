// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <easypost_connect/request.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>
#include <easypost_connect/transport.hpp>

#include "wire/async_transport.hpp"

namespace easypost_connect::internal {

/// Carries the requests of both engines on a Transport that blocks and knows bodies in memory only, as
/// ClientOptions::transport does: reads a body before it is sent, and writes an answer into its sink when all of it is
/// there.
///
/// send() is thread-safe. As an AsyncTransport, it gives each attempt a thread to itself: it is meant for tests of code
/// that uses the client, where simple counts more than fast.
class CustomTransport final : public Transport, public AsyncTransport {
 public:
  explicit CustomTransport(std::shared_ptr<Transport> inner) : inner_(std::move(inner)) {}
  /// Cancels the attempts that are under way, and waits for their end.
  ~CustomTransport() override;

  Result<Response> send(const Request& request, const CallContext& context) override;

  [[nodiscard]] Result<void> start(Attempt& attempt) override;
  Error abort(Attempt& attempt) noexcept override;
  void run(SteadyTime until) noexcept override;
  void wake() noexcept override;

 private:
  /// A copy of a request whose body is bytes. They are in `content`, which is wiped with it: the body of a token
  /// request holds a secret.
  struct BufferedRequest {
    Request request;
    Secret content;
  };

  /// An attempt on its thread. The inner transport may use request and context after the attempt was aborted, so these
  /// are copies. The caller's functions are not called then, so the thread of run() calls them.
  struct Running {
    explicit Running(Attempt& of) : attempt(&of), context(of.context()) { context.cancellation = cancellation.token(); }

    Attempt* attempt;  // null: aborted
    BufferedRequest request;
    CallContext context;
    CancellationSource cancellation;
    std::thread thread;
    std::optional<Result<Response>> answer;  // guarded by the mutex; the last that the thread writes
  };

  [[nodiscard]] static Result<BufferedRequest> buffered(const Request& request);
  [[nodiscard]] Result<Response> answer_of_inner(const Request& request, const CallContext& context) noexcept;
  void answer(Running& running, Result<Response> answer) noexcept;

  std::shared_ptr<Transport> inner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  int answered_ = 0;  // attempts with an answer that nobody has taken
  std::list<Running> running_;
};

}  // namespace easypost_connect::internal
