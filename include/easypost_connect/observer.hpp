// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/request.hpp>

namespace easypost_connect {

// The comments name the attribute of OpenTelemetry's stable HTTP client conventions
// (semantic-conventions/http/http-spans) that a member corresponds to. Views and references are valid during the event
// only. No event holds a credential, a query or a body.

/// One attempt of a call, before and after the wire.
struct AttemptEvent {
  Method method = Method::kGet;     ///< http.request.method
  std::string_view server_address;  ///< server.address, with the port when it is not 443 (server.port)
  std::string_view url_path;        ///< url.path
  int resend_count = 0;             ///< http.request.resend_count: 0 for the first attempt of a call
};

struct AttemptFinished : AttemptEvent {
  std::chrono::microseconds duration{0};  ///< http.client.request.duration
  int status_code = 0;                    ///< http.response.status_code; 0: no answer
  std::uint64_t request_body_size = 0;    ///< http.request.body.size; 0 also when it was not known to the end
  std::uint64_t response_body_size = 0;   ///< http.response.body.size
  bool connection_reused = false;         ///< no handshake was needed
  const Error* error = nullptr;  ///< error.type is to_string(error->code); nullptr: an answer came, see status_code
};

struct RetryEvent {
  const Error& error;               ///< why
  int resend_count;                 ///< of the attempt to come
  std::chrono::milliseconds pause;  ///< before it
};

struct TokenEvent {
  std::chrono::microseconds duration{0};
  std::chrono::seconds life{0};  ///< of the new token
  const Error* error = nullptr;  ///< nullptr: there is a new token
};

struct CertificateExpiringEvent {
  std::chrono::seconds left;     ///< until the client certificate expires
  std::chrono::hours threshold;  ///< which of ReloadOptions::expiry_thresholds this is
};

/// New credentials were offered, by reload() or by a changed file.
struct CredentialsReloadedEvent {
  std::uint64_t generation;      ///< the one in use from now on, or still
  const Error* error = nullptr;  ///< nullptr: the new ones are in use; else why the old ones stay
};

/// The last call on credentials that were replaced has ended, and their secrets are wiped: from now on the old
/// certificate, API key and OAuth client may be revoked without a failed call.
struct CredentialsRetiredEvent {
  std::uint64_t generation;
};

/// The credentials work, but something about them is not as it should be.
struct CredentialWarningEvent {
  std::string_view message;  ///< what, one sentence
  std::string_view remedy;   ///< what to do, one sentence
};

/// Sees what the client does: enough for logs, metrics and traces. Override what you need.
///
/// Called on the thread that does the work, many at once: implementations synchronise themselves, return quickly and
/// throw nothing. They may destroy the client.
class EASYPOST_CONNECT_EXPORT Observer {
 public:
  Observer() = default;
  virtual ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  virtual void attempt_started(const AttemptEvent& /*event*/) noexcept {}
  virtual void attempt_finished(const AttemptFinished& /*event*/) noexcept {}
  virtual void retry_scheduled(const RetryEvent& /*event*/) noexcept {}
  virtual void token_fetched(const TokenEvent& /*event*/) noexcept {}
  virtual void certificate_expiring(const CertificateExpiringEvent& /*event*/) noexcept {}
  virtual void credentials_reloaded(const CredentialsReloadedEvent& /*event*/) noexcept {}
  virtual void credentials_retired(const CredentialsRetiredEvent& /*event*/) noexcept {}
  virtual void credential_warning(const CredentialWarningEvent& /*event*/) noexcept {}
};

}  // namespace easypost_connect
