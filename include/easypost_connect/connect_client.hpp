// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <easypost_connect/body.hpp>
#include <easypost_connect/client_options.hpp>
#include <easypost_connect/completion.hpp>
#include <easypost_connect/credentials_status.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/request.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

class ConnectClient;

namespace internal {
class ClientThreads;
std::shared_ptr<const ClientThreads> threads_of(const ConnectClient& client);
}  // namespace internal

/// START HERE. Calls the EasyPost Connect API with its three credentials: client certificate, API key, access token.
///
///     auto client = ConnectClient::from_environment();
///     if (!client) return fail(client.error());
///     auto jobs = client->get("/jobs");
///     if (!jobs) return fail(jobs.error());
///     use(jobs->body);
///
/// A call either carries all three credentials or is not made. The token is fetched when first needed and reused until
/// shortly before it expires. An answer outside 2xx is an Error that carries it, except for 304 to if-none-match.
///
/// Make one client and keep it: it holds connections and the token. All calls may be made from any number of threads at
/// once; a blocking call runs on its caller's thread. A child of fork() may go on using the client, on connections of
/// its own, if no thread was inside a call at the fork.
///
/// Destroying the client ends the calls under way with ErrorCode::kCancelled, and waits until the completions of
/// send_async() have run. A client may be destroyed anywhere, by its last shared_ptr too. Its destructor waits for
/// nothing if it runs in a completion, or in another function that a client calls on a thread of its own. The
/// completions that are left run afterwards. A client that still exists when the process exits ends then, in the same
/// way.
///
/// A client is movable: each call of a client that was moved from is ErrorCode::kInvalidRequest. Assigning to a client
/// ends the old one as its destructor does.
class EASYPOST_CONNECT_EXPORT ConnectClient {
 public:
  /// Checks the options and loads certificate, key and trust store; sends nothing. The Error names every option that is
  /// not set, or the first one that is wrong.
  [[nodiscard]] static Result<ConnectClient> create(ClientOptions options);

  /// Makes a client of ClientOptions::from_environment().
  [[nodiscard]] static Result<ConnectClient> from_environment();

  ConnectClient(ConnectClient&&) noexcept;
  ConnectClient& operator=(ConnectClient&&) noexcept;
  ~ConnectClient();

  /// Makes one call and waits for its end. Returns the answer if its status is 2xx, or 304 to if-none-match.
  [[nodiscard]] Result<Response> send(const Request& request);

  /// Makes one call and returns at once. `completion` gets the answer on the client's I/O thread, which the first such
  /// call starts. Over HTTP/2 all of them share one connection. A call that cannot be accepted (an invalid request, a
  /// full queue: see AsyncOptions) is completed before this returns. async.hpp has a form with a future and one for
  /// whole batches, coroutine.hpp one for co_await.
  void send_async(Request request, Completion completion);

  [[nodiscard]] Result<Response> get(std::string path, CallOptions options = {});
  [[nodiscard]] Result<Response> post(std::string path, Body body, CallOptions options = {});
  [[nodiscard]] Result<Response> put(std::string path, Body body, CallOptions options = {});
  [[nodiscard]] Result<Response> patch(std::string path, Body body, CallOptions options = {});
  [[nodiscard]] Result<Response> del(std::string path, CallOptions options = {});

  /// PUTs `content` to a presigned `fileUploadUrl`: https only, with no credential and no client certificate, because
  /// the URL itself is the permission and its host is not the API's. The URL is sent byte for byte.
  ///
  /// A storage may take each whole file for a document of its own. So content that was handed over whole is not sent
  /// again, whatever the storage answers, unless CallOptions::max_attempts asks for it: look at the job first. A body
  /// of unknown size is refused here, because storage of the S3 kind refuses it (501 NotImplemented). A body of more
  /// than 5 GiB, the limit of such a storage for a single PUT, is left to the storage to refuse (EntityTooLarge).
  /// Before a body of 8 MiB or more the storage is asked (`Expect: 100-continue`), so that an expired URL costs no
  /// transfer.
  [[nodiscard]] Result<Response> upload(const std::string& file_upload_url, Body content, CallOptions options = {});

  /// Fetches the access token and opens a connection to the API, both at once, so that the first call need not wait for
  /// either; sends no request to the API. Only a call can tell whether the API takes the client certificate and the API
  /// key. An Error says what keeps calls from being made; they may still be tried.
  Result<CredentialsStatus> warm_up(WarmUpOptions options = {});

  /// Takes new credentials without a restart: `credentials`; or, given none, those of ClientOptions::credential_source
  /// or the present content of the current files (the file of server_ca too). They are proved first: checked as by
  /// create(), and used for a call if ReloadOptions::probe_path asks for it. Calls under way end on the old
  /// credentials, which stay in use on an Error. This function waits for another reload that is under way. A credential
  /// source or an observer that calls it during a reload is refused with ErrorCode::kInvalidRequest, and so is a
  /// completion that calls it while another thread reloads: that one is `retryable`.
  Result<CredentialsStatus> reload();
  Result<CredentialsStatus> reload(Credentials credentials);

  /// Says which credentials are in use, and for how long they are valid. Sends nothing.
  [[nodiscard]] CredentialsStatus credentials_status() const;

 private:
  friend std::shared_ptr<const internal::ClientThreads> internal::threads_of(const ConnectClient& client);

  class Impl;
  explicit ConnectClient(std::shared_ptr<Impl> impl) noexcept;
  std::shared_ptr<Impl> impl_;
};

}  // namespace easypost_connect
