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
/// shortly before it expires. An answer outside 2xx is an Error that carries it; but 304 to if-none-match is none.
///
/// Make one client and keep it: it holds connections and the token. All calls may be made from any number of threads at
/// once, each runs on its caller's thread. A child of fork() may go on using it, on connections of its own, if no
/// thread was inside a call at the fork.
///
/// Destroying the client ends the calls under way with ErrorCode::kCancelled, and waits until the completions of
/// send_async() have run. It may be destroyed anywhere, by its last shared_ptr too: in a completion, and in whatever
/// else runs on a thread of a client's own, it waits for nothing, and the other completions run afterwards. A client
/// that still exists when the process exits ends then, in the same way.
///
/// Movable: each call of a client that was moved from is ErrorCode::kInvalidRequest. Assigning to a client ends the one
/// it was, as destroying it does.
class EASYPOST_CONNECT_EXPORT ConnectClient {
 public:
  /// Checks the options and loads certificate, key and trust store; sends nothing. A client that exists is a usable
  /// one.
  [[nodiscard]] static Result<ConnectClient> create(ClientOptions options);

  /// create(ClientOptions::from_environment()).
  [[nodiscard]] static Result<ConnectClient> from_environment();

  ConnectClient(ConnectClient&&) noexcept;
  ConnectClient& operator=(ConnectClient&&) noexcept;
  ~ConnectClient();

  /// Makes one call and waits for its end. Returns the answer if its status is 2xx, or 304 to if-none-match.
  [[nodiscard]] Result<Response> send(const Request& request);

  /// Makes one call and comes back at once; `completion` gets the answer, on the client's I/O thread, which is started
  /// with the first such call. Over HTTP/2 all of them share one connection. A call that cannot be accepted (an invalid
  /// request, a full queue: see AsyncOptions) is completed before this returns. async.hpp has a form with a future and
  /// one for whole batches, coroutine.hpp one for co_await.
  void send_async(Request request, Completion completion);

  [[nodiscard]] Result<Response> get(std::string path, CallOptions options = {});
  [[nodiscard]] Result<Response> post(std::string path, Body body, CallOptions options = {});
  [[nodiscard]] Result<Response> put(std::string path, Body body, CallOptions options = {});
  [[nodiscard]] Result<Response> patch(std::string path, Body body, CallOptions options = {});
  [[nodiscard]] Result<Response> del(std::string path, CallOptions options = {});

  /// PUTs `content` to a presigned `fileUploadUrl`: https only, with no credential and no client certificate, because
  /// the URL itself is the permission and its host is not the API's. The URL goes out byte for byte.
  ///
  /// Each whole file that a storage takes may be taken for a document of its own. So once the content was handed over
  /// whole, it is not sent again, whatever the storage says or fails to say, unless CallOptions::max_attempts asks for
  /// it: look at the job first. Storage of the S3 kind refuses a body of unknown size (501 NotImplemented), as this
  /// does, and one of more than 5 GiB (EntityTooLarge: its limit for a single PUT), which is left to the storage. With
  /// 8 MiB and more the storage is asked first, so that a URL which is no longer good costs no transfer.
  [[nodiscard]] Result<Response> upload(const std::string& file_upload_url, Body content, CallOptions options = {});

  /// Fetches the access token and opens a connection to the API, both at once, so that the first call need not wait for
  /// either; sends no request to the API. Whether the API takes the client certificate and the API key, only a call can
  /// tell. An Error says what keeps calls from being made; they may still be tried.
  Result<CredentialsStatus> warm_up(WarmUpOptions options = {});

  /// Takes new credentials without a restart: `credentials`; or, given none, those of ClientOptions::credential_source
  /// or what the files of the current ones hold now (the file of server_ca too). They are proved first: checked as by
  /// create(), and used for a call if ReloadOptions::probe_path asks for it. Calls under way end on the old ones. On an
  /// Error the old ones stay in use. It waits for another reload that is under way; a function that this one calls, the
  /// credential source or an observer, is refused one with ErrorCode::kInvalidRequest.
  Result<CredentialsStatus> reload();
  Result<CredentialsStatus> reload(Credentials credentials);

  /// Sends nothing.
  [[nodiscard]] CredentialsStatus credentials_status() const;

 private:
  friend std::shared_ptr<const internal::ClientThreads> internal::threads_of(const ConnectClient& client);

  class Impl;
  explicit ConnectClient(std::shared_ptr<Impl> impl) noexcept;
  std::shared_ptr<Impl> impl_;
};

}  // namespace easypost_connect
