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

/// The URLs of the API and of its token endpoint. Both are https.
struct EASYPOST_CONNECT_EXPORT Environment {
  std::string api_url{};
  std::string token_url{};

  /// Acceptance. The token URL is documented (EasyPost authentication guide); the API host follows the documented
  /// pattern of production and is inferred: set api_url when EasyPost names another.
  [[nodiscard]] static Environment acc();
  /// Production. The EasyPost authentication guide documents both URLs.
  [[nodiscard]] static Environment pro();
  /// Any other service: a sandbox, a gateway of your own, a future host.
  [[nodiscard]] static Environment custom(std::string api_url, std::string token_url);
};

/// How often a call is repeated without asking the caller. Repeated are idempotent methods (RFC 9110, section 9.2.2),
/// calls that provably never left (Error::never_sent), and calls that were answered 429 or 503 with Retry-After. A
/// refused credential is never tried again.
struct RetryOptions {
  /// The attempts of one call, the first included; 1: never retry. With eight, one call in 100,000 gives up before an
  /// outage of a second has passed, one in 2,000 before two seconds have (computed).
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
  /// One attempt of a call that is repeated when no answer comes: a lost request is sent again while there is time. An
  /// attempt that would not be repeated (a POST, the last of RetryOptions::max_attempts) has until the deadline of its
  /// call. A body is judged by its progress: an attempt goes on while no 30 s pass without a byte of it. Gateways of
  /// the AWS kind answer within 29 or 30 s or give up (Amazon API Gateway, quotas: integration timeout).
  std::chrono::milliseconds attempt{35'000};
};

/// How connections to the API are kept. Each thread that calls at the same time uses a connection of its own.
struct ConnectionOptions {
  /// How many connections are kept open for reuse; the one used last is used first. More are opened when more threads
  /// call at once.
  std::size_t max_idle = 64;
  /// A connection that was idle for longer is not used again. Servers and load balancers commonly close theirs after
  /// 60 s or more: a connection that they are about to close is no place for a call that must not be repeated.
  std::chrono::seconds idle_timeout{50};
  /// A connection that is older is not used again, to follow changes of DNS and load balancer. 0: no limit.
  std::chrono::seconds lifetime{600};
  /// How long a connection is silent before TCP asks whether the other side still answers, and how often it asks. Keeps
  /// firewalls from forgetting a connection that waits for a long answer. 0: TCP never asks.
  std::chrono::seconds keep_alive{30};
};

/// The connection that ConnectClient::warm_up() opens, and how long it may take.
struct WarmUpOptions {
  /// Opens the HTTP/2 connection of send_async(), instead of one for blocking calls.
  bool multiplexed = false;
  std::chrono::milliseconds timeout{0};  ///< the time for token and connection together. Zero: Timeouts::request
  CancellationToken cancellation{};
};

/// How send_async() treats a call when AsyncOptions::max_pending calls are under way.
enum class WhenFull {
  kWait,  ///< waits for room, until the call's deadline
  kFail,  ///< completes it at once with ErrorCode::kQueueFull
};

/// Bounds of the calls made with send_async(). They share one thread, and over HTTP/2 one connection, unless the client
/// has a transport of the user's own, where each has a thread.
struct AsyncOptions {
  /// How many calls are sent at a time. Others wait for their turn, in the order they came. Servers commonly allow 100
  /// to 128 on a connection (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113, section 6.5.2); more calls wait for room on it.
  std::size_t max_in_flight = 100;
  /// How many calls are accepted and not completed: calls in flight, and calls that wait for their turn, for a token or
  /// in a pause.
  std::size_t max_pending = 1000;
  WhenFull when_full = WhenFull::kWait;
};

/// How credentials are replaced while the client runs, and how early their end is announced.
struct ReloadOptions {
  /// How often the client looks for new credentials: it reads their files, or asks the credential source. A source is
  /// asked at most once a second. A complete and valid new set is taken as by ConnectClient::reload(). An unchanged set
  /// is left alone. 0: never, unless the source says when (SourcedCredentials::look_again_after).
  ///
  /// While the source fails, or gives a set that cannot be used, the last good set stays.
  /// Observer::credentials_reloaded() is told of each failure that differs from the one before. The pauses between two
  /// tries grow from a second to a minute, or to the usual pause if that is longer.
  std::chrono::milliseconds watch_interval{0};
  /// A path that new credentials must be able to GET before they are used, such as "/jobs". Empty: no call is made.
  std::string probe_path{};
  /// Observer::certificate_expiring() is called once for each of these, when the certificate is valid for no longer.
  std::vector<std::chrono::hours> expiry_thresholds{std::chrono::hours(24 * 30), std::chrono::hours(24 * 14),
                                                    std::chrono::hours(24 * 7), std::chrono::hours(24)};
};

/// Everything a client needs. Environment and credentials are required. ConnectClient::create() checks all options and
/// names what is wrong.
struct EASYPOST_CONNECT_EXPORT ClientOptions {
  Environment environment{};
  Credentials credentials{};
  /// Fetches the credentials when the client is made, for each reload() that is given none, and when it is time to look
  /// for new ones. Excludes `credentials`.
  CredentialSource credential_source{};
  /// The certificate authorities that a server's certificate may come from, instead of the system's. Needed for a
  /// private CA. Verification itself cannot be switched off.
  TlsMaterial server_ca{};
  Timeouts timeouts{};
  RetryOptions retry{};
  AsyncOptions async{};
  ConnectionOptions connections{};
  ReloadOptions reload{};
  std::size_t max_response_bytes = std::size_t{64} * 1024 * 1024;
  /// Replaces mutual TLS, in tests of code that uses the client (transport.hpp). Excludes client_certificate and
  /// server_ca. The client shares it.
  std::shared_ptr<Transport> transport{};
  /// Sees attempts, retries, token requests and changes of credentials. The client shares it.
  std::shared_ptr<Observer> observer{};
  /// Takes the lines that EASYPOST_CONNECT_LOG=error|info|debug switches on, in the format that
  /// EASYPOST_CONNECT_LOG_FORMAT=text|json names. Empty: lines go to stderr.
  LogSink log_sink{};

  /// Reads EASYPOST_CONNECT_ENVIRONMENT (ACC or PRO, in any case), _API_URL, _TOKEN_URL (both override it),
  /// _CLIENT_CERT, _CLIENT_KEY, _CLIENT_KEY_PASSPHRASE, _API_KEY, _CLIENT_ID, _CLIENT_SECRET, _CA_FILE. Certificate,
  /// key and CA take what TlsMaterial::from_setting() does. An option whose variable is not set stays empty, and
  /// create() names all of them at once. An ENVIRONMENT that is neither is an Error.
  [[nodiscard]] static Result<ClientOptions> from_environment();
};

}  // namespace easypost_connect
