// SPDX-License-Identifier: Apache-2.0
#include "transport/mtls_transport.hpp"

#include <utility>

namespace easypost_connect::internal {

MtlsTransport::MtlsTransport(std::shared_ptr<const TlsIdentity> identity, std::chrono::milliseconds connect_timeout,
                             std::size_t max_idle, HttpVersion http_version)
    : identity_(std::move(identity)),
      connect_timeout_(connect_timeout),
      max_idle_(max_idle),
      http_version_(http_version) {
  idle_.reserve(max_idle_);
}

Result<Response> MtlsTransport::send(const Request& request, const CallContext& context) {
  auto session = borrow();
  auto response = session->send(request, context);
  if (session->usable()) give_back(std::move(session));
  return response;
}

std::unique_ptr<CurlSession> MtlsTransport::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  return std::make_unique<CurlSession>(identity_, accepting_hosts_, connect_timeout_, http_version_);
}

void MtlsTransport::give_back(std::unique_ptr<CurlSession> session) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < max_idle_) idle_.push_back(std::move(session));
}

}  // namespace easypost_connect::internal
