// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/export.hpp>
#include <easypost_connect/headers.hpp>

namespace easypost_connect {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete };

/// The method as it goes over the wire.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::string_view to_string(Method method) noexcept;

/// One query parameter, not yet percent-encoded: the client does that.
struct QueryParameter {
  std::string name;
  std::string value;
};

/// What may differ from call to call.
struct CallOptions {
  std::vector<QueryParameter> query{};
  /// Sent as given. The fields that are the client's own (`x-api-key`, `authorization`, `host`, the framing) are refused here.
  Headers headers{};
  /// Of the body, when there is one. Empty: no Content-Type is sent.
  std::string content_type{"application/json"};
  /// For the whole call: waiting for a token, connecting, sending, receiving. Zero: Timeouts::request.
  std::chrono::milliseconds timeout{0};
};

/// One call of the API.
struct Request {
  Method method = Method::kGet;
  /// Below the API's URL, percent-encoded, beginning with '/': "/jobs/42". An absolute URL is accepted when it leads to the same
  /// scheme, host and port as the API; any other is refused.
  std::string path{};
  /// Sent as it is.
  std::string body{};
  CallOptions options{};
};

}  // namespace easypost_connect
