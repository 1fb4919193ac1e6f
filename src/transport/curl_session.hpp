// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "transport/curl_multi.hpp"
#include "transport/curl_transfer.hpp"

namespace easypost_connect::internal {

/// A transfer that its caller's thread drives, on a connection of its own.
///
/// The handle runs in a multi handle of its own, because that one can be waited for with a deadline and be woken. One
/// thread at a time.
class CurlSession {
 public:
  /// As CurlTransfer.
  CurlSession(std::shared_ptr<const TlsIdentity> identity, AcceptingHosts& accepting_hosts,
              std::chrono::milliseconds connect_timeout, HttpVersion http_version);

  [[nodiscard]] Result<Response> send(const Request& request, const CallContext& context);

  /// False when libcurl refused an option: nothing will be sent with this session any more.
  [[nodiscard]] bool usable() const noexcept { return usable_; }

  [[nodiscard]] ConnectionTrace trace() const { return transfer_.trace(); }

 private:
  [[nodiscard]] CURLcode drive(const CallContext& context);
  [[nodiscard]] CURLcode wait_for_end(const CallContext& context) noexcept;

  bool usable_ = true;
  CurlMultiPtr multi_;
  CurlTransfer transfer_;
};

}  // namespace easypost_connect::internal
