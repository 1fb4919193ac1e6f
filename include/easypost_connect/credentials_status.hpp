// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace easypost_connect {

/// The state of a client's credentials, for a health check or a metric.
struct CredentialsStatus {
  /// Counts the sets of credentials that the client has taken: 1 from create() on, one more with each reload. 0: the
  /// client was moved from.
  std::uint64_t generation = 1;
  /// Time until the client certificate expires; negative once it has expired. None: ClientOptions::transport does its
  /// own TLS.
  std::optional<std::chrono::seconds> certificate_left{};
  /// Time until the access token expires. None: there is no valid token at the moment, and the next call fetches one.
  std::optional<std::chrono::seconds> token_left{};
};

}  // namespace easypost_connect
