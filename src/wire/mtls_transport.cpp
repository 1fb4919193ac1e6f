// SPDX-License-Identifier: Apache-2.0
#include "wire/mtls_transport.hpp"

#include <deque>
#include <new>
#include <utility>

#include "core/url_view.hpp"

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
  {
    const std::lock_guard lock(mutex_);
    if (auto transfer = idle_.lend(UrlView(url).authority)) return transfer;
  }
  return std::make_unique<BlockingTransfer>(setup_);
}

void MtlsTransport::forget(std::string_view authority) {
  std::deque<TransferPtr> forgotten;  // closed without the lock
  const std::lock_guard lock(mutex_);
  forgotten = idle_.forget(authority);
}

/// Closes at most one connection, and not with the lock held. Short of memory it is this one: the answer counts more.
void MtlsTransport::give_back(TransferPtr transfer) noexcept try {
  TransferPtr surplus;
  const std::lock_guard lock(mutex_);
  surplus = idle_.keep(std::move(transfer), setup_.options);
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

}  // namespace easypost_connect::internal
