// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/request.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect {

/// A header field whose value is a credential.
struct SecretHeader {
  std::string_view name;  ///< a constant: "x-api-key", "authorization"
  Secret value;
};

/// What the SDK adds to a Request before it is sent. The Request itself is never copied.
struct CallContext {
  std::string url;                        ///< absolute, with the query
  std::vector<SecretHeader> credentials;  ///< to be sent beside Request::options.headers
  std::string content_type;               ///< of a body; empty: send none
  /// Of this attempt: when it has passed, return kTimeout. It is the call's, or earlier where the call is repeated.
  std::chrono::steady_clock::time_point deadline;
  /// Of the call. A transport that streams goes on past `deadline`, up to this one, while bytes of a body move.
  std::chrono::steady_clock::time_point call_deadline{};
  /// Once all of its body was handed over, the call is not repeated: the attempt has until `call_deadline` then.
  bool once_whole = false;
  std::size_t max_response_bytes = 0;  ///< a longer body is an Error, not a cut one
  /// Wait for the server to say that it will take the body (`Expect: 100-continue`, RFC 9110, section 10.1.1), for a
  /// second at most: a refusal then costs no transfer.
  bool ask_first = false;
  CancellationToken cancellation;  ///< of the caller and of the client; when it fires, return kCancelled
};

/// The wire. The SDK's own is mutual TLS on libcurl; give another in ClientOptions::transport to test code that uses
/// the client.
///
/// send() answers with whatever status the server gave; an Error means that there was no answer, and says with
/// never_sent and never_whole how much of the request may have arrived, as far as that is known: all of it, if it says
/// nothing. It is called from many threads at once. It must not keep references to its arguments, must not follow
/// redirects and must not repeat a request. Bodies are in memory for one's own: Body::bytes() is all of a request's,
/// and what is left in Response::body goes to CallOptions::sink.
class EASYPOST_CONNECT_EXPORT Transport {
 public:
  Transport() = default;
  virtual ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  virtual Result<Response> send(const Request& request, const CallContext& context) = 0;
};

}  // namespace easypost_connect
