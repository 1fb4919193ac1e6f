// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/transport.hpp>

namespace easypost_connect::test_support {

// A contract test searches all output of the tests for "canary-secret": no text that holds it may ever be printed.
inline constexpr std::string_view kApiKey = "canary-secret-api-key";
inline constexpr std::string_view kClientId = "partner-1";
inline constexpr std::string_view kClientSecret = "canary-secret/with+odd&chars=";
inline constexpr std::string_view kEncodedClientSecret = "canary-secret%2Fwith%2Bodd%26chars%3D";
inline constexpr std::string_view kToken = "canary-secret-token-1";
inline constexpr std::string_view kOtherToken = "canary-secret-token-2";
inline constexpr std::string_view kPassphrase = "canary-secret-passphrase";

inline constexpr std::string_view kApiUrl = "https://api.example.test";
inline constexpr std::string_view kTokenUrl = "https://auth.example.test/oauth2/token";

inline OAuthClient oauth_client() {
  OAuthClient client;
  client.id = kClientId;
  client.secret = Secret(kClientSecret);
  return client;
}

/// Returns options that pass every check; the transport takes the place of mutual TLS.
inline ClientOptions client_options(std::shared_ptr<Transport> transport) {
  ClientOptions options;
  options.environment = Environment::custom(std::string(kApiUrl), std::string(kTokenUrl));
  options.credentials.api_key = Secret(kApiKey);
  options.credentials.oauth_client = oauth_client();
  options.transport = std::move(transport);
  return options;
}

}  // namespace easypost_connect::test_support
