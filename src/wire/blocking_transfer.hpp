// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "wire/http1_transfer.hpp"

namespace easypost_connect::internal {

/// One attempt after the other in HTTP/1.1, on a connection of its own and on the calling thread. One thread at a time.
class BlockingTransfer {
 public:
  explicit BlockingTransfer(const ConnectionSetup& setup)
      : transfer_(std::make_unique<Connection>(setup, HttpVersion::kHttp1)) {}

  [[nodiscard]] Result<Response> send(const Request& request, const CallContext& context) noexcept;

  /// Makes a connection for a later send(), unless there is one.
  [[nodiscard]] std::optional<Error> connect(const CallContext& context) noexcept;

  /// False: nothing will be sent with it any more.
  [[nodiscard]] bool usable() const noexcept { return transfer_.usable(); }
  /// Host and port of its connection; empty: it never had one.
  [[nodiscard]] std::string_view authority() const noexcept { return transfer_.authority(); }
  /// The way of the last transfer, whether it succeeded or not.
  [[nodiscard]] ConnectionTrace trace() const { return transfer_.trace(); }

 private:
  [[nodiscard]] CURLcode drive(const CancellationToken& cancellation) noexcept;
  [[nodiscard]] CURLcode wait() noexcept;

  Http1Transfer transfer_;
  std::vector<curl_waitfd> events_;
};

}  // namespace easypost_connect::internal
