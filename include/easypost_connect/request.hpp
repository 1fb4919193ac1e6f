// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/body.hpp>
#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/headers.hpp>

namespace easypost_connect {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete };

/// Returns the method as it goes over the wire.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::string_view to_string(Method method) noexcept;

/// Returns whether doing it twice does what doing it once does (RFC 9110, section 9.2.2): true for GET, HEAD, PUT and
/// DELETE.
[[nodiscard]] EASYPOST_CONNECT_EXPORT bool is_idempotent(Method method) noexcept;

/// One query parameter, not yet percent-encoded: the client does that.
struct QueryParameter {
  std::string name;
  std::string value;
};

/// The options that may differ from call to call.
struct CallOptions {
  std::vector<QueryParameter> query{};
  /// Fields that are sent as given. The fields that are the client's own (`x-api-key`, `authorization`, `host`, the
  /// framing) are refused here.
  Headers headers{};
  /// The content type of the body, when there is one. Empty means application/json, and none for an upload.
  std::string content_type{};
  /// The time for the whole call: waiting for a token, connecting, all attempts and the pauses between them. Zero means
  /// Timeouts::request. At most 24 hours. A large body needs more than the default.
  std::chrono::milliseconds timeout{0};
  /// How often the request may be sent, the first time included: at most 100. 1 means once, but for the one repetition
  /// with another token that follows a 401. 0 means RetryOptions::max_attempts; for an upload see
  /// ConnectClient::upload().
  int max_attempts = 0;
  /// Ends the call early, whatever it is waiting for.
  CancellationToken cancellation{};
  /// Takes the body of a 2xx answer, so that it need not fit into memory.
  BodySink sink{};
  ProgressCallback progress{};
  /// The largest answer: a longer one is ErrorCode::kResponseTooLarge. 0 means ClientOptions::max_response_bytes, or,
  /// with a sink, no limit.
  std::size_t max_response_bytes = 0;
};

/// One call of the API.
struct Request {
  Method method = Method::kGet;
  /// The path below the API's URL, percent-encoded, beginning with '/': "/jobs/42". An absolute URL is accepted when it
  /// leads to the same scheme, host and port as the API; any other is refused.
  std::string path{};
  /// The body is sent as it is.
  Body body{};
  CallOptions options{};
};

}  // namespace easypost_connect
