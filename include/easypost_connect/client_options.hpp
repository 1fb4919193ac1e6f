// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/credentials.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/line_logger.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

class Transport;

/// Where the API and its token endpoint live. Both URLs are https.
struct EASYPOST_CONNECT_EXPORT Environment {
  std::string api_url{};
  std::string token_url{};

  /// Acceptance. The token URL is documented (EasyPost authentication guide); the API host follows the documented
  /// pattern of production and is inferred: set api_url when EasyPost names another.
  [[nodiscard]] static Environment acc();
  /// Production. Both documented in the EasyPost authentication guide.
  [[nodiscard]] static Environment pro();
  /// A sandbox, a gateway of one's own, a future host.
  [[nodiscard]] static Environment custom(std::string api_url, std::string token_url);
};

/// What may be tried again without asking the caller: idempotent methods (RFC 9110, section 9.2.2); any call that
/// provably never left (Error::never_sent); any call that was answered 429 or 503 with Retry-After. A refused
/// credential is never tried again.
struct RetryOptions {
  /// Of one call, the first included; 1: never retry. With eight, one call in 100,000 gives up before an outage of a
  /// second has passed, one in 2,000 before two seconds have (computed).
  int max_attempts = 8;
  std::chrono::milliseconds first_pause{200};  ///< upper bound of the first random pause; doubles with each attempt
  std::chrono::milliseconds longest_pause{10'000};
  /// Retries that the whole client may have outstanding before successes earn new ones (ten calls earn one): when a
  /// service is down, a large batch does not multiply its load.
  int budget = 200;
};

struct Timeouts {
  std::chrono::milliseconds connect{10'000};  ///< name lookup, TCP and TLS of one connection
  std::chrono::milliseconds request{60'000};  ///< a whole call, token included; CallOptions::timeout overrides it
  /// One attempt of a call that is repeated when no answer comes: what was lost is sent again while there is time. An
  /// attempt that would not be repeated (a POST, the last of RetryOptions::max_attempts) has until the deadline of its
  /// call. A body is judged by its progress: an attempt goes on while no 30 s pass without a byte of it. Gateways of
  /// the AWS kind answer within 29 or 30 s or give up (Amazon API Gateway, quotas: integration timeout).
  std::chrono::milliseconds attempt{35'000};
};

/// Connections to the API, of which every thread that calls at the same time has its own.
struct ConnectionOptions {
  /// Kept open for reuse; the one used last is used first. More are opened when more threads call at once.
  std::size_t max_idle = 64;
  /// One that nobody has used for longer is not used again. Servers and load balancers commonly close theirs after 60 s
  /// or more: a connection that they are about to close is no place for a call that must not be repeated.
  std::chrono::seconds idle_timeout{50};
  /// One that is older is not used again, to follow changes of DNS and load balancer. 0: no limit. For asynchronous
  /// calls it needs libcurl 7.80.
  std::chrono::seconds lifetime{600};
  /// Silence after which TCP asks whether the other side is still there, and how often: for long answers through
  /// firewalls that forget. 0: never.
  std::chrono::seconds keep_alive{30};
};

/// How ConnectClient::warm_up() goes about it.
struct WarmUpOptions {
  /// Opens the HTTP/2 connection of send_async(), instead of one for blocking calls.
  bool multiplexed = false;
  std::chrono::milliseconds timeout{0};  ///< of all of it. Zero: Timeouts::request
  CancellationToken cancellation{};
};

/// What send_async() does with a call when max_pending are under way.
enum class WhenFull {
  kWait,  ///< waits for room, until the call's deadline
  kFail,  ///< completes it at once with ErrorCode::kQueueFull
};

/// Calls made with send_async(): they share one thread, and over HTTP/2 one connection.
struct AsyncOptions {
  /// Sent at a time. Others wait for their turn, in the order they came. Servers commonly allow 100 to 128 on a
  /// connection (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113, section 6.5.2); more than that wait for room on it.
  std::size_t max_in_flight = 100;
  /// Accepted and not completed: those in flight, those that wait for their turn, for a token or in a pause.
  std::size_t max_pending = 1000;
  WhenFull when_full = WhenFull::kWait;
};

/// How credentials are replaced while the client runs, and how early their end is announced.
struct ReloadOptions {
  /// How often the files of the credentials are looked at for new content; a complete and valid new set is taken, as by
  /// ConnectClient::reload(). 0: never.
  std::chrono::milliseconds watch_interval{0};
  /// A path that new credentials must be able to GET before they are used, such as "/jobs". Empty: no such call.
  std::string probe_path{};
  /// Observer::certificate_expiring is told once for each of these, when that much or less is left.
  std::vector<std::chrono::hours> expiry_thresholds{std::chrono::hours(24 * 30), std::chrono::hours(24 * 14),
                                                    std::chrono::hours(24 * 7), std::chrono::hours(24)};
};

/// Everything a client needs. Required: environment and credentials. create() checks all of it and names what is wrong.
struct EASYPOST_CONNECT_EXPORT ClientOptions {
  Environment environment{};
  Credentials credentials{};
  /// Fetches the credentials instead. Excludes `credentials`.
  CredentialSource credential_source{};
  /// Whom to trust as the server, instead of the system's certificate authorities: for a private CA. Verification
  /// itself cannot be switched off.
  TlsMaterial server_ca{};
  Timeouts timeouts{};
  RetryOptions retry{};
  AsyncOptions async{};
  ConnectionOptions connections{};
  ReloadOptions reload{};
  std::size_t max_response_bytes = std::size_t{64} * 1024 * 1024;
  /// Replaces mutual TLS, for tests of code that uses the client. Excludes client_certificate and server_ca. Shared
  /// with the client.
  std::shared_ptr<Transport> transport{};
  /// Sees attempts, retries and token requests. Shared with the client.
  std::shared_ptr<Observer> observer{};
  /// Takes the lines that EASYPOST_CONNECT_LOG=error|info|debug switches on, as EASYPOST_CONNECT_LOG_FORMAT=text|json
  /// says; stderr when empty.
  LogSink log_sink{};

  /// Reads EASYPOST_CONNECT_ENVIRONMENT (ACC or PRO, in any case), _API_URL, _TOKEN_URL (both override it),
  /// _CLIENT_CERT, _CLIENT_KEY, _CLIENT_KEY_PASSPHRASE, _API_KEY, _CLIENT_ID, _CLIENT_SECRET, _CA_FILE. Certificate,
  /// key and CA take what TlsMaterial::from_setting() does. What is not set stays empty, and create() names all of it
  /// at once; an ENVIRONMENT that is none is an Error.
  [[nodiscard]] static Result<ClientOptions> from_environment();
};

}  // namespace easypost_connect
