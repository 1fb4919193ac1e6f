// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/observer.hpp>

namespace easypost_connect::internal {

/// Who observes a client: the user's observer, the logger that EASYPOST_CONNECT_LOG switches on, both, or nobody
/// (null). An Error when that variable holds no known level.
Result<std::shared_ptr<Observer>> choose_observer(const ClientOptions& options);

}  // namespace easypost_connect::internal
