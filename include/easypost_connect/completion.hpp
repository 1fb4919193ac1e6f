// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

/// Takes the outcome of ConnectClient::send_async(). It is called exactly once, and then destroyed with all that it
/// owns. An empty one is allowed: the outcome is dropped.
///
/// All completions of a client run one after the other on its I/O thread, so they return quickly and hand long work to
/// another thread. (Calls on credentials that were replaced end on a thread of their own.) A completion may start the
/// next call with send_async(), and may destroy the client. Waiting there for a call of the same client would wait for
/// itself: send(), send_future() and for_each() refuse that with ErrorCode::kInvalidRequest; do not wait for a future
/// that was made elsewhere. A completion must not throw: that ends the process, as it does in any thread's function.
using Completion = std::function<void(Result<Response>)>;

}  // namespace easypost_connect
