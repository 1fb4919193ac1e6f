// SPDX-License-Identifier: Apache-2.0
#include "wire/mtls_transport.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

namespace easypost_connect::internal {

Result<Response> MtlsTransport::send(const Request& request, const CallContext& context) {
  auto transfer = borrow(context.url);
  auto response = transfer->send(request, context);
  if (!response && response.error().seen.kept_connection) forget(transfer->authority());
  if (transfer->usable()) give_back(std::move(transfer));
  return response;
}

std::optional<Error> MtlsTransport::connect(const CallContext& context) {
  auto transfer = borrow(context.url);
  auto error = transfer->connect(context);
  if (!error) give_back(std::move(transfer));
  return error;
}

MtlsTransport::TransferPtr MtlsTransport::borrow(std::string_view url) {
  const UrlView target(url);
  const auto goes_there = [&target](const Idle& idle) { return idle.transfer->authority() == target.authority; };
  {
    const std::lock_guard lock(mutex_);
    const auto last = std::find_if(idle_.rbegin(), idle_.rend(), goes_there);
    if (last != idle_.rend()) {
      TransferPtr transfer = std::move(last->transfer);
      idle_.erase(std::next(last).base());
      return transfer;
    }
  }
  return std::make_unique<Http1Transfer>(setup_);
}

/// What has become of one kept connection is likely to have become of the others.
void MtlsTransport::forget(std::string_view authority) {
  std::deque<Idle> forgotten;  // closed without the lock
  const std::lock_guard lock(mutex_);
  const auto goes_elsewhere = [authority](const Idle& idle) { return idle.transfer->authority() != authority; };
  const auto first = std::stable_partition(idle_.begin(), idle_.end(), goes_elsewhere);
  std::move(first, idle_.end(), std::back_inserter(forgotten));
  idle_.erase(first, idle_.end());
}

/// Closes at most one connection, and not with the lock held. Short of memory it is this one: the answer counts more.
void MtlsTransport::give_back(TransferPtr transfer) noexcept try {
  static_cast<void>(swap_for_surplus(std::move(transfer), std::chrono::steady_clock::now()));
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

/// The one that has been idle for too long, or is one too many; null: there is none.
MtlsTransport::TransferPtr MtlsTransport::swap_for_surplus(TransferPtr transfer, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  idle_.push_back({std::move(transfer), now});
  const bool too_many = idle_.size() > setup_.options.max_idle;
  if (!too_many && now - idle_.front().since <= setup_.options.idle_timeout) return nullptr;
  TransferPtr surplus = std::move(idle_.front().transfer);
  idle_.pop_front();
  return surplus;
}

}  // namespace easypost_connect::internal
