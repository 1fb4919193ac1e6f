// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>

#include <easypost_connect/completion.hpp>

#include "call/call.hpp"
#include "engine/attempt_report.hpp"
#include "engine/pending_calls.hpp"
#include "wire/async_transport.hpp"

namespace easypost_connect::internal {

class AsyncCall;
class IoLoop;

/// Calls are in one list each, and go on by splicing: nothing is allocated, none is lost and none is twice.
using AsyncCalls = std::list<AsyncCall>;

/// When a call has to be looked at again: the end of its pause, or its deadline.
using CallTimers = std::multimap<SteadyTime, AsyncCall*>;

/// A call on its way through an IoLoop, to which all but the construction belongs. Owns all that it points to. With it
/// go the functions of its caller, and whatever they own: the client, perhaps.
class AsyncCall final : public Exchange {
 public:
  /// `owner` keeps alive what `policies` belongs to.
  AsyncCall(std::shared_ptr<const void> owner, const CallPolicies& policies, Request request, CallContext context,
            Completion completion, PendingCalls::Place place)
      : Exchange(Purpose::kCall),
        place_(std::move(place)),
        owner_(std::move(owner)),
        completion_(std::move(completion)),
        request_(std::move(request)),
        call_(policies, request_, std::move(context)) {}

  [[nodiscard]] const Request& request() const noexcept override { return request_; }
  [[nodiscard]] const CallContext& context() const noexcept override { return call_.context(); }
  void on_answer(Result<Response> answer) noexcept override;

  /// Of a call that was not even begun.
  [[nodiscard]] Completion take_completion() noexcept { return std::move(completion_); }

 private:
  friend class IoLoop;

  [[nodiscard]] const CancellationToken& cancellation() const noexcept { return request_.options.cancellation; }
  /// Tells the caller.
  void complete() noexcept { completion_(call_.take_result()); }

  const PendingCalls::Place place_;  // the last to go: nothing is left of the call then
  const std::shared_ptr<const void> owner_;
  Completion completion_;
  const Request request_;
  Call call_;
  IoLoop* loop_ = nullptr;
  AsyncCalls* list_ = nullptr;
  AsyncCalls::iterator position_;
  CallTimers::iterator timer_;
  std::optional<AttemptReport> report_;  // only if somebody observes
  SteadyTime attempt_start_{};
  std::optional<CancellationCallback> wake_on_cancel_;
};

}  // namespace easypost_connect::internal
