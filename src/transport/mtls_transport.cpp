// SPDX-License-Identifier: Apache-2.0
#include "transport/mtls_transport.hpp"

#include <new>
#include <utility>

namespace easypost_connect::internal {

MtlsTransport::MtlsTransport(ConnectionSetup setup, HttpVersion http_version)
    : setup_(std::move(setup)), http_version_(http_version) {}

Result<Response> MtlsTransport::send(const Request& request, const CallContext& context) {
  auto session = borrow();
  auto response = session->send(request, context);
  if (session->usable()) give_back(std::move(session));
  return response;
}

std::optional<Error> MtlsTransport::connect(const CallContext& context) {
  auto session = borrow();
  auto error = session->connect(context);
  if (!error) give_back(std::move(session));
  return error;
}

MtlsTransport::SessionPtr MtlsTransport::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      SessionPtr session = std::move(idle_.back().session);
      idle_.pop_back();
      return session;
    }
  }
  return std::make_unique<CurlSession>(setup_, http_version_);
}

/// Closes at most one connection, and not with the lock held. Short of memory it is this one: the answer counts more.
void MtlsTransport::give_back(SessionPtr session) noexcept try {
  static_cast<void>(swap_for_surplus(std::move(session), std::chrono::steady_clock::now()));
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

/// The one that has been idle for too long, or is one too many; null: there is none.
MtlsTransport::SessionPtr MtlsTransport::swap_for_surplus(SessionPtr session, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  idle_.push_back({std::move(session), now});
  const bool too_many = idle_.size() > setup_.options.max_idle;
  if (!too_many && now - idle_.front().since <= setup_.options.idle_timeout) return nullptr;
  SessionPtr surplus = std::move(idle_.front().session);
  idle_.pop_front();
  return surplus;
}

}  // namespace easypost_connect::internal
