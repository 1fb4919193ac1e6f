// SPDX-License-Identifier: Apache-2.0
#include "exit_code.hpp"

namespace easypost_connect::tool {

ExitCode exit_code(Factor factor) noexcept {
  switch (factor) {
    case Factor::kClientCertificate: return kClientCertificateFailed;
    case Factor::kApiKey: return kApiKeyFailed;
    case Factor::kAccessToken: return kAccessTokenFailed;
    case Factor::kOAuthClient: return kOAuthClientFailed;
    case Factor::kServerCertificate: return kServerCertificateFailed;
    case Factor::kNetwork: return kNetworkFailed;
    case Factor::kRequest: return kRequestFailed;
    case Factor::kService: return kServiceFailed;
    case Factor::kCredentialSource: return kCredentialSourceFailed;
  }
  return kUsage;
}

const char* exit_code_help() noexcept {
  return R"(Exit status, of every subcommand:
   0  all is well               13  OAuth client (id, secret)
   1  wrong usage, or other     14  server certificate
  10  client certificate, key   15  network
  11  API key                   16  the request or an option
  12  access token              17  the service
                                18  the vault of the credentials
)";
}

}  // namespace easypost_connect::tool
