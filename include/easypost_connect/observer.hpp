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

/// The facts that every event holds.
struct ObserverEvent {
  /// The call that the event belongs to: the same for all its attempts and retries, and no other call of the process
  /// has it. 0: the event belongs to no call.
  std::uint64_t call_id = 0;
};

/// One attempt of a call, before and after the wire.
struct AttemptEvent : ObserverEvent {
  Method method = Method::kGet;     ///< http.request.method
  std::string_view server_address;  ///< server.address, with the port when it is not 443 (server.port)
  std::string_view url_path;        ///< url.path
  int resend_count = 0;             ///< http.request.resend_count; the first attempt of a call has 0
};

struct AttemptFinished : AttemptEvent {
  std::chrono::microseconds duration{0};  ///< http.client.request.duration
  int status_code = 0;                    ///< http.response.status_code; 0: no answer
  std::uint64_t request_body_size = 0;    ///< http.request.body.size; 0 as well when the size never became known
  std::uint64_t response_body_size = 0;   ///< http.response.body.size
  bool connection_reused = false;         ///< no handshake was needed
  const Error* error = nullptr;  ///< error.type is to_string(error->code); nullptr: an answer came, see status_code
};

/// A call will be attempted again after a pause.
struct RetryEvent : ObserverEvent {
  const Error& error;               ///< the reason
  int resend_count;                 ///< AttemptEvent::resend_count of the next attempt
  std::chrono::milliseconds pause;  ///< the time that passes before the next attempt
};

/// A token request has ended. It belongs to no call, because its token serves all of them.
struct TokenEvent : ObserverEvent {
  std::chrono::microseconds duration{0};
  std::chrono::seconds life{0};  ///< how long the new token is valid
  const Error* error = nullptr;  ///< nullptr: there is a new token
};

/// The client certificate expires soon.
struct CertificateExpiringEvent : ObserverEvent {
  std::chrono::seconds left;     ///< the time that the client certificate is still valid
  std::chrono::hours threshold;  ///< the one of ReloadOptions::expiry_thresholds that was passed
};

/// New credentials were offered by reload(), by a changed file or by the source, or the source has failed.
struct CredentialsReloadedEvent : ObserverEvent {
  std::uint64_t generation;      ///< CredentialsStatus::generation after the reload
  const Error* error = nullptr;  ///< nullptr: the new credentials are in use; else the reason why the old ones stay
};

/// The last call on credentials that were replaced has ended, and their secrets are wiped: from now on the old
/// certificate, API key and OAuth client may be revoked without a failed call.
struct CredentialsRetiredEvent : ObserverEvent {
  std::uint64_t generation;  ///< CredentialsStatus::generation of the replaced credentials
};

/// The credentials work, but something about them is not as it should be.
struct CredentialWarningEvent : ObserverEvent {
  std::string_view message;  ///< one sentence that says what is wrong
  std::string_view remedy;   ///< one sentence that says what to do
};

/// Sees what the client does: enough for logs, metrics and traces. Override what you need.
///
/// Each function is called on the thread that does the work, and on many threads at once: implementations synchronise
/// themselves, return quickly and throw nothing. They may destroy the client.
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
