// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/headers.hpp>
#include <easypost_connect/request.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect {

/// A header field whose value is a credential.
struct SecretHeader {
  std::string name;  ///< the name in lower case: "x-api-key", "authorization"
  Secret value;
};

/// A CallContext is what the SDK adds to a Request for one attempt. It owns all that it holds. The Request itself is
/// never copied.
struct CallContext {
  /// The number that every event of the call carries: ObserverEvent::call_id.
  std::uint64_t call_id = 0;
  std::string url;                        ///< absolute, with the query
  Headers headers;                        ///< plain fields, to be sent beside Request::options.headers
  std::vector<SecretHeader> credentials;  ///< secret fields, to be sent beside both
  std::string content_type;               ///< the type of the body; empty: send no Content-Type
  /// The deadline of this attempt: once it has passed, return kTimeout. It is the deadline of the call, or earlier if
  /// the call would be repeated.
  std::chrono::steady_clock::time_point deadline;
  /// The deadline of the call. A transport that streams goes on past `deadline`, up to this one, while bytes of a body
  /// move.
  std::chrono::steady_clock::time_point call_deadline{};
  /// The call is not repeated once all of its body was handed over: from then on the attempt has until `call_deadline`.
  bool once_whole = false;
  std::size_t max_response_bytes = 0;  ///< a longer body is an Error, not a cut one
  /// Ask the server to say that it will take the body before sending it (`Expect: 100-continue`, RFC 9110, section
  /// 10.1.1), and wait for that for a second at most: a refusal then costs no transfer.
  bool ask_first = false;
  CancellationToken cancellation;  ///< cancelled by the caller or by the client's end: then return kCancelled
};

/// The wire. The SDK's own speaks HTTP with mutual TLS over libcurl; give another in ClientOptions::transport to test
/// code that uses the client.
///
/// send() answers with whatever status the server gave. An Error means that there was no answer; its never_sent and
/// never_whole say how much of the request may have arrived, as far as that is known. If they say nothing, all of it
/// may have arrived. send() is called from many threads at once. It sends the fields of Request::options.headers, of
/// CallContext::headers and of CallContext::credentials. It keeps no reference to its arguments, follows no redirect
/// and repeats no request. A transport of your own has all bodies in memory: Body::bytes() is the whole body of the
/// request, and the client hands the Response::body that is returned to CallOptions::sink.
///
/// Token requests come here too: their URL is Environment::token_url, Request::path is empty, and the answer that they
/// wait for is a JSON object with "access_token", "token_type": "Bearer" and "expires_in". So do uploads, whose URL is
/// the presigned one. An Error is repeated only if it is `retryable`; its factor is kRequest unless another one is set.
/// An exception becomes an Error. Asynchronous calls have a thread each here.
class EASYPOST_CONNECT_EXPORT Transport {
 public:
  Transport() = default;
  virtual ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  virtual Result<Response> send(const Request& request, const CallContext& context) = 0;
};

}  // namespace easypost_connect
