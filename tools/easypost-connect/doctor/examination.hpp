// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>

#include "doctor/step.hpp"

namespace easypost_connect::tool {

/// Looks at everything a call depends on, in the order in which a call does. After a failure, what depends on it is not
/// run, and what does not is.
///
/// `options` may be the Error that reading them gave. `vault` has the steps of the vault that gave the credentials, or
/// failed to; empty when there is none. `path` is what the call GETs. `show` sees each step as it ends.
[[nodiscard]] std::vector<Step> examine(const Result<ClientOptions>& options, std::vector<Step> vault,
                                        const std::string& path, const std::function<void(const Step&)>& show);

}  // namespace easypost_connect::tool
