// SPDX-License-Identifier: Apache-2.0
#include "wire/pooled_transport.hpp"

#include <chrono>
#include <deque>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "core/url.hpp"

namespace easypost_connect::internal {

// --- one transfer

Result<Response> BlockingTransfer::send(const Request& request, const CallContext& context) noexcept try {
  if (auto begun = transfer_.begin(request, context); !begun) return std::move(begun).error();
  return transfer_.finish(drive(context.cancellation));
} catch (const std::bad_alloc&) {
  Error error = out_of_memory();
  error.never_sent = true;
  return error;
}

Result<void> BlockingTransfer::connect(const CallContext& context) noexcept try {
  if (auto begun = transfer_.begin_connection(context); !begun) return begun;
  return transfer_.finish_connection(drive(context.cancellation));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// Returns CURLE_OK when the attempt is done, otherwise why it ends before.
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

// --- the pool

Result<Response> PooledTransport::send(const Request& request, const CallContext& context) {
  auto transfer = borrow(context.url);
  auto response = transfer->send(request, context);
  if (!response && response.error().seen.kept_connection) forget(transfer->authority());
  if (transfer->usable()) give_back(std::move(transfer));
  return response;
}

Result<void> PooledTransport::connect(const CallContext& context) {
  auto transfer = borrow(context.url);
  auto connected = transfer->connect(context);
  if (connected) give_back(std::move(transfer));
  return connected;
}

PooledTransport::TransferPtr PooledTransport::borrow(std::string_view url) {
  {
    const std::lock_guard lock(mutex_);
    if (auto transfer = idle_.lend(Url(url).authority)) return transfer;
  }
  return std::make_unique<BlockingTransfer>(setup_);
}

void PooledTransport::forget(std::string_view authority) {
  std::deque<TransferPtr> forgotten;  // destroyed, and so closed, without the lock
  const std::lock_guard lock(mutex_);
  forgotten = idle_.forget(authority);
}

/// Gives the transfer back, and closes at most one connection, without the lock held. If memory is short, it closes
/// this one, because the answer counts more.
void PooledTransport::give_back(TransferPtr transfer) noexcept try {
  TransferPtr surplus;
  const std::lock_guard lock(mutex_);
  surplus = idle_.keep(std::move(transfer), setup_.options);
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

}  // namespace easypost_connect::internal
