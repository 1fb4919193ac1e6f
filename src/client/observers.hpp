// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/observer.hpp>

#include "core/clock.hpp"
#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// Who observes a client: the user's observer, the logger that EASYPOST_CONNECT_LOG switches on, both, or nobody
/// (null). An Error when that variable holds no known level.
Result<std::shared_ptr<Observer>> choose_observer(const ClientOptions& options);

/// Tells of a client certificate that expires within 30 days.
void report_expiry(Observer& observer, const TlsIdentity& identity, WallTime now);

}  // namespace easypost_connect::internal
