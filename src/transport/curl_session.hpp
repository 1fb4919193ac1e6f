// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "transport/curl_multi.hpp"
#include "transport/curl_transfer.hpp"

namespace easypost_connect::internal {

/// A transfer that its caller's thread drives, on a connection of its own.
///
/// The handle runs in a multi handle of its own, because that one can be waited for with a deadline and be woken. One
/// thread at a time.
class CurlSession {
 public:
  CurlSession(const ConnectionSetup& setup, HttpVersion http_version);

  [[nodiscard]] Result<Response> send(const Request& request, const CallContext& context);

  /// Makes a connection for a later send(), unless there is one.
  [[nodiscard]] std::optional<Error> connect(const CallContext& context);

  /// False: nothing will be sent with this session any more.
  [[nodiscard]] bool usable() const noexcept { return multi_.usable() && transfer_.usable(); }

  [[nodiscard]] ConnectionTrace trace() const { return transfer_.trace(); }

 private:
  [[nodiscard]] CURLcode drive(const CurlTransfer& transfer, const CallContext& context);
  [[nodiscard]] CURLcode wait_for_end(const CurlTransfer& transfer, const CallContext& context) noexcept;

  const ConnectionSetup setup_;
  const HttpVersion http_version_;
  CurlMulti multi_;
  CurlTransfer transfer_;
};

}  // namespace easypost_connect::internal
