// SPDX-License-Identifier: Apache-2.0
#include "client/generation.hpp"

#include <utility>

#include "identity/tls_identity.hpp"
#include "transport/curl_library.hpp"
#include "transport/mtls_transport.hpp"

namespace easypost_connect::internal {
namespace {

/// Two ways to the network: one shows the client certificate, the other does not.
struct Transports {
  std::shared_ptr<Transport> with_certificate;
  std::shared_ptr<Transport> without_certificate;
};

Result<Transports> make_transports(const ClientOptions& options, const Clock& clock) {
  if (options.transport) return Transports{options.transport, options.transport};
  if (auto error = check_curl_library()) return *std::move(error);
  auto identity = TlsIdentity::load(options.credentials.client_certificate, options.server_ca, clock.now().wall);
  if (!identity) return std::move(identity).error();
  const auto make = [&options](std::shared_ptr<const TlsIdentity> presented) {
    return std::make_shared<MtlsTransport>(std::move(presented), options.timeouts.connect, options.max_idle_connections);
  };
  return Transports{make(*identity), make((*identity)->without_certificate())};
}

}  // namespace

Result<std::unique_ptr<Generation>> Generation::compose(const ClientOptions& options, const std::shared_ptr<const Clock>& clock) {
  auto transports = make_transports(options, *clock);
  if (!transports) return std::move(transports).error();
  auto& [mtls, plain_tls] = *transports;
  const OAuthClient& oauth_client = options.credentials.oauth_client;

  ClientCredentialsGrant grant(oauth_client.present_client_certificate ? mtls : plain_tls, options.environment.token_url, oauth_client);
  auto tokens = std::make_unique<ClientCredentialsTokenProvider>(std::move(grant), clock);

  CallPolicies policies{ApiKeyInjector(options.credentials.api_key), BearerAuthorizer(), RetryPolicy()};
  return std::make_unique<Generation>(Generation{std::move(policies), mtls, plain_tls, std::move(tokens)});
}

}  // namespace easypost_connect::internal
