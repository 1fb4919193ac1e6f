// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include <easypost_connect/client_options.hpp>

#include "identity/tls_identity.hpp"
#include "wire/host_set.hpp"

namespace easypost_connect::internal {

/// What all connections of one identity have in common. Copies share it; whoever has one may use it on any thread.
struct ConnectionSetup {
  /// Null: these connections are without TLS, and go to http URLs only. All others go to https URLs only.
  std::shared_ptr<const TlsIdentity> identity;
  std::chrono::milliseconds connect_timeout;
  ConnectionOptions options;
  /// Those that have answered 2xx: when one of them ends a connection without a word, that is hardly about the
  /// certificate.
  std::shared_ptr<HostSet> accepting_hosts = std::make_shared<HostSet>();
  /// Those that have asked for the certificate: resuming a session, they take it as shown and do not ask again.
  std::shared_ptr<HostSet> asking_hosts = std::make_shared<HostSet>();
};

}  // namespace easypost_connect::internal
