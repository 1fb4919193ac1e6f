// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <easypost_connect/client_options.hpp>

#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::test_support {

/// Returns the options of a client of the test server at `url`, which asks for no more than a client has: `authority`
/// issued the server's certificate, and `partner` the client's.
inline ClientOptions partner_options(const std::string& url, const sandbox::CertificateAuthority& authority,
                                     const sandbox::IssuedCertificate& partner) {
  ClientOptions options;
  options.environment = Environment::custom(url, url + "/oauth2/token");
  options.server_ca = TlsMaterial::in_memory(Secret(authority.certificate()));
  options.credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(partner.certificate));
  options.credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(partner.private_key));
  options.credentials.api_key = Secret("canary-secret-key");
  options.credentials.oauth_client.id = "partner-1";
  options.credentials.oauth_client.secret = Secret("canary-secret-client");
  options.retry.first_pause = std::chrono::milliseconds(1);
  return options;
}

}  // namespace easypost_connect::test_support
