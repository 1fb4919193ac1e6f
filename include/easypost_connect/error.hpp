// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/export.hpp>
#include <easypost_connect/response.hpp>

namespace easypost_connect {

/// The kind of a failure. It is a closed set: a switch over it needs no default.
enum class ErrorCode {
  kInvalidOption,      ///< create() was given an option that cannot work; nothing was sent
  kInvalidCredential,  ///< a certificate, key, API key or OAuth client is unusable as given; nothing was sent
  kInvalidRequest,     ///< the request could not be sent safely; nothing was sent
  kTokenRefused,       ///< the token endpoint refused the OAuth client (RFC 6749, section 5.2)
  kTokenUnusable,      ///< the token endpoint answered something that is not a usable token
  kTls,                ///< the TLS handshake or the TLS connection was refused, by either side
  kConnection,         ///< no connection, or it broke: DNS, connect, reset, proxy
  kTimeout,            ///< the deadline of the call passed
  kQueueFull,          ///< send_async() was given more calls than AsyncOptions::max_pending; nothing was sent
  kCancelled,          ///< the caller cancelled the call, or the client was destroyed
  kHttpStatus,         ///< the API answered, with a status outside 2xx; see Error::response
  kResponseTooLarge,   ///< the answer is larger than max_response_bytes
  kMalformedResponse,  ///< the answer is not what its Content-Type or HTTP itself promises
  kBodyIo,             ///< a Body could not be read, or a BodySink not written, on this machine: a file, a function
};

/// The thing that a call depends on and that is at fault: it says where to look first.
enum class Factor {
  kClientCertificate,  ///< layer 1: mutual TLS
  kApiKey,             ///< layer 2: x-api-key
  kAccessToken,        ///< layer 3: the bearer token itself
  kOAuthClient,        ///< layer 3: the client id and secret that fetch it
  kServerCertificate,  ///< the server did not prove to be the one asked for
  kNetwork,            ///< the way between here and there
  kRequest,            ///< the call as the caller wrote it, or the options
  kService,            ///< the other side
  kCredentialSource,   ///< the vault, or other place, that the credentials are kept in
};

/// Facts that were seen, as far as any were: for a ticket, never a credential.
struct Evidence {
  int http_status = 0;      ///< 0: there was no answer
  std::string tls_alert;    ///< the alert the server sent, such as "unknown_ca" (RFC 8446, section 6); empty: none
  std::string oauth_error;  ///< `error` of the token endpoint, such as "invalid_client" (RFC 6749, section 5.2)
  std::string transport;    ///< words of libcurl
  /// The connection had been kept from an earlier call, and nothing of an answer came on it: the other side may have
  /// closed it meanwhile, or something on the way forgotten it.
  bool kept_connection = false;
};

/// Says why a call failed, and what to do. Its texts, and so describe(), hold no credential and may be logged as they
/// are.
struct EASYPOST_CONNECT_EXPORT Error {
  ErrorCode code = ErrorCode::kInvalidRequest;
  Factor factor = Factor::kRequest;
  std::string message;  ///< one sentence that says what happened
  std::string remedy;   ///< one sentence that says what to do
  /// The same call may well succeed later, unchanged. This does not say whether the call was carried out: before a POST
  /// or PATCH is repeated by hand, look at `never_sent` and `never_whole`, or at the other side.
  bool retryable = false;
  /// Not a byte of the request left this machine, in any attempt: repeating the call cannot do anything twice.
  bool never_sent = false;
  /// The request, its body included, was not handed over whole, in any attempt: nobody can have all of it. False where
  /// that is not known.
  bool never_whole = false;
  /// The pause that the server asked for (Retry-After), or that the client itself makes before it asks for a token
  /// again.
  std::optional<std::chrono::milliseconds> retry_after;
  Evidence seen;
  std::string request_id;            ///< name of the request on the other side, for its support: x-amzn-requestid, ...
  std::optional<Response> response;  ///< kHttpStatus: the answer, up to 64 KiB; of an upload's, signatures are left out

  /// Returns all of the Error in a few lines of plain text, for a log or a terminal.
  [[nodiscard]] std::string describe() const;
};

[[nodiscard]] EASYPOST_CONNECT_EXPORT std::string_view to_string(ErrorCode code) noexcept;
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::string_view to_string(Factor factor) noexcept;

}  // namespace easypost_connect
