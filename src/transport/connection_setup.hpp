// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include <easypost_connect/client_options.hpp>

#include "identity/tls_identity.hpp"
#include "transport/accepting_hosts.hpp"

namespace easypost_connect::internal {

/// What all connections of one identity have in common. Copies share it; whoever has one may use it on any thread.
struct ConnectionSetup {
  std::shared_ptr<const TlsIdentity> identity;
  std::chrono::milliseconds connect_timeout;
  ConnectionOptions options;
  std::shared_ptr<AcceptingHosts> accepting_hosts = std::make_shared<AcceptingHosts>();
};

}  // namespace easypost_connect::internal
