// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace easypost_connect {

/// How the credentials of a client are: for a health check or a metric.
struct CredentialsStatus {
  /// 1 from create(), and one more with each set of credentials that was taken since. 0: the client was moved from.
  std::uint64_t generation = 1;
  /// Until the client certificate expires; negative when it has. None: ClientOptions::transport does its own TLS.
  std::optional<std::chrono::seconds> certificate_left{};
  /// Until the access token expires. None: there is no valid one at the moment; the next call fetches one.
  std::optional<std::chrono::seconds> token_left{};
};

}  // namespace easypost_connect
