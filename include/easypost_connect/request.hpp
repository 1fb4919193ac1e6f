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

/// The method as it goes over the wire.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::string_view to_string(Method method) noexcept;

/// GET, HEAD, PUT, DELETE: doing it twice does what doing it once does (RFC 9110, section 9.2.2).
[[nodiscard]] EASYPOST_CONNECT_EXPORT bool is_idempotent(Method method) noexcept;

/// One query parameter, not yet percent-encoded: the client does that.
struct QueryParameter {
  std::string name;
  std::string value;
};

/// What may differ from call to call.
struct CallOptions {
  std::vector<QueryParameter> query{};
  /// Sent as given. The fields that are the client's own (`x-api-key`, `authorization`, `host`, the framing) are
  /// refused here.
  Headers headers{};
  /// Of the body, when there is one. Empty: application/json; for an upload, none.
  std::string content_type{};
  /// For the whole call: waiting for a token, connecting, all attempts and the pauses between them. Zero:
  /// Timeouts::request. At most 24 hours. A large body needs more than the default.
  std::chrono::milliseconds timeout{0};
  /// How often it may be sent, the first time included: at most 100; 1 means once, but for the one repetition with
  /// another token that follows a 401. 0: RetryOptions::max_attempts, and for an upload see ConnectClient::upload().
  int max_attempts = 0;
  /// Ends the call early, whatever it is waiting for.
  CancellationToken cancellation{};
  /// Takes the body of a 2xx answer, so that it need not fit into memory.
  BodySink sink{};
  ProgressCallback progress{};
  /// A longer answer is ErrorCode::kResponseTooLarge. 0: ClientOptions::max_response_bytes, or, with a sink, no limit.
  std::size_t max_response_bytes = 0;
};

/// One call of the API.
struct Request {
  Method method = Method::kGet;
  /// Below the API's URL, percent-encoded, beginning with '/': "/jobs/42". An absolute URL is accepted when it leads to
  /// the same scheme, host and port as the API; any other is refused.
  std::string path{};
  /// Sent as it is.
  Body body{};
  CallOptions options{};
};

}  // namespace easypost_connect
