// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

/// Takes the outcome of ConnectClient::send_async(): called exactly once.
///
/// All completions of a client run one after the other on its I/O thread, so they return quickly and hand long work to
/// another thread. They may start the next call with send_async(); a blocking call of the same client would wait for
/// itself and is refused. They must not throw, nor destroy the client.
using Completion = std::function<void(Result<Response>)>;

}  // namespace easypost_connect
