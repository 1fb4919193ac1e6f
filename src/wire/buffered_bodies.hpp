// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/request.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

// Bodies for a transport that knows them in memory only, as one of a caller's own does: what is to be sent is read
// before, and what came goes into the sink behind it.

/// The bodies of `request` are more than bytes.
[[nodiscard]] bool streams(const Request& request) noexcept;

/// A copy of a request. Its body is in `content`, which is wiped with it: that of a token request holds a secret.
struct BufferedRequest {
  Request request;
  Secret content;
};

/// A copy whose body is bytes, and its own.
[[nodiscard]] Result<BufferedRequest> buffered(const Request& request);

/// The answer to `request`, with its body in the sink if there is one.
[[nodiscard]] Result<Response> unbuffered(const Request& request, Result<Response> answer);

}  // namespace easypost_connect::internal
