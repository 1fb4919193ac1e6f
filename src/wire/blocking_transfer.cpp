// SPDX-License-Identifier: Apache-2.0
#include "wire/blocking_transfer.hpp"

#include <chrono>
#include <new>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

Result<Response> BlockingTransfer::send(const Request& request, const CallContext& context) noexcept try {
  if (auto error = transfer_.begin(request, context)) return *std::move(error);
  return transfer_.finish(drive(context.cancellation));
} catch (const std::bad_alloc&) {
  Error error = out_of_memory();
  error.never_sent = true;
  return error;
}

std::optional<Error> BlockingTransfer::connect(const CallContext& context) noexcept try {
  if (auto error = transfer_.begin_connection(context)) return error;
  auto opened = transfer_.finish(drive(context.cancellation));
  return opened ? std::nullopt : std::optional(std::move(opened).error());
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// Until it is done; otherwise why it ends before.
CURLcode BlockingTransfer::drive(const CancellationToken& cancellation) noexcept {
  const CancellationCallback wake(cancellation, [this] { transfer_.connection().multi().wake(); });
  for (;;) {
    if (cancellation.cancelled()) return CURLE_ABORTED_BY_CALLBACK;
    if (std::chrono::steady_clock::now() >= transfer_.end()) return CURLE_OPERATION_TIMEDOUT;
    const auto step = transfer_.advance();
    if (step == Http1Transfer::Step::kDone) return CURLE_OK;
    if (step == Http1Transfer::Step::kGoOn) continue;
    if (const CURLcode failed = wait(); failed != CURLE_OK) return failed;
  }
}

CURLcode BlockingTransfer::wait() noexcept try {
  events_.clear();
  transfer_.add_events(events_);
  const CURLMcode waited = transfer_.connection().multi().wait(events_, transfer_.until());
  transfer_.take_events(events_.data());
  return transfer_code(waited);
} catch (const std::bad_alloc&) {
  return CURLE_OUT_OF_MEMORY;
}

}  // namespace easypost_connect::internal
