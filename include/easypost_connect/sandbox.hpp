// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/headers.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/sandbox_export.hpp>

namespace easypost_connect {

/// SandboxAssumption names something about the API that the public documentation does not say and the sandbox had to
/// choose.
struct SandboxAssumption {
  std::string_view subject;
  std::string_view choice;
};

/// The three hosts of the real service, each a listener of its own on 127.0.0.1.
enum class SandboxHost {
  kApi,      ///< demands a client certificate in the handshake, then x-api-key and a bearer token
  kOAuth,    ///< POST /oauth2/token; asks for no client certificate
  kStorage,  ///< presigned PUT; answers 400 to a client certificate or any credential header
};

/// A scripted misbehaviour: replaces the next answers of one host, after the TLS handshake and before any other check.
/// A body goes as application/json unless `headers` has a content-type.
struct SandboxFault {
  int status = 200;
  Headers headers{};
  std::string body{};
  std::size_t times = 1;               ///< how many requests it hits
  std::chrono::milliseconds delay{0};  ///< waited before the answer
  /// Promise that many bytes beyond `body`, then end the connection, or over HTTP/2 the stream: a truncated answer.
  std::size_t announce_more_bytes = 0;
};

struct SandboxOptions {
  std::chrono::seconds token_life{3600};
  std::size_t jobs = 3;         ///< jobs that exist at the start
  std::size_t page_size = 100;  ///< jobs on one page of GET /jobs
  /// PEM. One more authority whose client certificates pass, beside the throw-away one: to try one's own certificates.
  std::string client_ca{};
  /// The authority that issues all certificates, as make_authority() gave it; empty: a throw-away one is made.
  std::string authority{};
  /// Offers HTTP/2 (by ALPN, RFC 7301) to clients that ask for it. All others are spoken to in HTTP/1.1.
  bool http2 = true;
  /// Called with one line an event, without credentials, on the server's threads, one call at a time.
  std::function<void(std::string_view)> log{};
};

/// SandboxCounters tell what has happened so far.
struct SandboxCounters {
  std::size_t api_handshakes = 0;
  std::size_t oauth_handshakes = 0;
  std::size_t storage_handshakes = 0;
  std::size_t api_requests = 0;    ///< requests, refused ones included
  std::size_t api_refused = 0;     ///< answered 401 or 403
  std::size_t token_requests = 0;  ///< requests, refused ones included
  std::size_t uploads = 0;         ///< files accepted
  /// Credentials that arrived where none belongs: at the storage; x-api-key at the token endpoint.
  std::size_t leaked_credentials = 0;
};

/// A stand-in for ACC inside this process, on loopback, that enforces all three layers for real. It makes a throw-away
/// certificate authority, server and client certificates, an API key and an OAuth client when it starts.
///
///     auto sandbox = Sandbox::start().value();
///     auto client = ConnectClient::create(sandbox.client_options()).value();
///
/// All credentials it makes begin with or contain "sandbox-secret", so that a leak is easy to search for. Link
/// easypost_connect::sandbox. All members may be called from any thread; the destructor closes every connection.
class EASYPOST_CONNECT_SANDBOX_EXPORT Sandbox {
 public:
  [[nodiscard]] static Result<Sandbox> start(SandboxOptions options = {});

  Sandbox(Sandbox&&) noexcept;
  Sandbox& operator=(Sandbox&&) noexcept;
  ~Sandbox();

  [[nodiscard]] std::string url(SandboxHost host) const;  ///< "https://localhost:21873"; kOAuth: the whole token URL

  /// Everything a client needs to pass all three layers, as PEM text in memory.
  [[nodiscard]] ClientOptions client_options() const;

  /// The same as EASYPOST_CONNECT_* variables; certificate, key and CA are PEM text.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> environment() const;

  [[nodiscard]] SandboxCounters counters() const;

  void inject(SandboxHost host, SandboxFault fault);  ///< queued behind earlier ones
  void revoke_tokens();                               ///< every token issued so far is refused from now on
  void close_connections();                           ///< drops every open connection, as a restarting server does

  /// Makes a new certificate (of a new authority), API key and OAuth client, as a rotation in the Portal does. The
  /// earlier ones stay good until retire_old_credentials(), which leaves only the newest. An API key goes with the
  /// tokens of its own OAuth client only.
  [[nodiscard]] Credentials rotate_credentials();
  void retire_old_credentials();

  /// A certificate authority that outlives a sandbox: its certificate and its private key, PEM. Good for ten years.
  [[nodiscard]] static Result<std::string> make_authority();

  /// Does what the Portal does with a signing request (PEM or DER): gives back the certificate (PEM) that its owner
  /// shows to a sandbox with that authority, together with the API key and OAuth client of that sandbox. Only the
  /// subject and the key of the request count. The Error (kInvalidOption) says what was given instead of a request, or
  /// what is wrong with it: its own signature, a weak key or digest, no subject.
  [[nodiscard]] static Result<std::string> sign(const std::string& authority, const std::string& signing_request,
                                                std::chrono::hours life = std::chrono::hours{90 * 24});

  [[nodiscard]] static const std::vector<SandboxAssumption>& assumptions();

 private:
  class Impl;
  explicit Sandbox(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace easypost_connect
