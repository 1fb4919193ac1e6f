// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/https_transport.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "core/clock.hpp"
#include "vaults/secret_reference.hpp"

namespace easypost_connect::internal {

/// A ReadSecret is what a vault gave for one reference.
struct ReadSecret {
  Secret content;       ///< the bytes of the secret; a JSON text where the vault itself keeps fields
  std::string version;  ///< the name that the vault has for it; empty: it has none
  /// When a lease ends that the content depends on; empty: it does not say.
  std::optional<std::chrono::seconds> look_again{};
};

/// Reads secrets of one vault, and keeps its login for the next time. Asked by one thread at a time.
class SecretReader {
 public:
  SecretReader() = default;
  virtual ~SecretReader() = default;
  SecretReader(const SecretReader&) = delete;
  SecretReader& operator=(const SecretReader&) = delete;

  /// Says what is wrong with a reference, or with the options for it. Sends nothing.
  [[nodiscard]] virtual Result<void> check(const SecretReference& reference) const = 0;
  /// Reads the secret of a reference that has been checked. The field of the reference is not looked at.
  [[nodiscard]] virtual Result<ReadSecret> read(const SecretReference& reference) = 0;
  /// Returns how the vault of a reference knows this process: what stands behind "login by". Nothing: it does not,
  /// since no login has succeeded, or the vault has refused what one gave. Empty: nobody has to log in.
  [[nodiscard]] virtual std::optional<std::string> login(const SecretReference& reference) const = 0;
};

using TransportMaker = std::function<Result<std::shared_ptr<Transport>>(HttpsTransportOptions)>;

/// A VaultContact tells of the last request that went to a vault, or to a service that logs in to it.
struct VaultContact {
  std::string vault;  ///< the vault by name and URL; empty: there was no request
  bool answered = false;
};

/// A VaultWorld is what a reader has from outside. Tests give their own.
struct VaultWorld {
  TransportMaker make_transport = [](HttpsTransportOptions options) {
    return make_https_transport(std::move(options));
  };
  std::chrono::milliseconds request_timeout{10'000};
  std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
  Jitter jitter = &random_jitter;
  std::function<void(std::chrono::milliseconds)> pause;  ///< waits that long
  /// Is kept up to date by each VaultClient of this world.
  std::shared_ptr<VaultContact> contact = std::make_shared<VaultContact>();
};

}  // namespace easypost_connect::internal
