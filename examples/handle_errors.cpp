// SPDX-License-Identifier: Apache-2.0
// What a program does about each kind of failure. Exit codes tell them apart:
//   handle_errors PATH        for example: handle_errors /jobs/no-such-job
#include <cstdio>

#include <easypost_connect/connect_client.hpp>

using namespace easypost_connect;

namespace {

int react(const Error& error) {
  std::fprintf(stderr, "%s\n", error.describe().c_str());  // safe to log: holds no credential
  // EX_TEMPFAIL: let the scheduler try again. A GET may always be repeated; before a POST, look at error.never_sent
  // too.
  if (error.retryable) return 75;

  switch (error.factor) {
    case Factor::kClientCertificate:
    case Factor::kApiKey:
    case Factor::kOAuthClient:
    case Factor::kAccessToken:
    case Factor::kCredentialSource: return 77;  // EX_NOPERM: a person has to renew a credential, or its vault's login
    case Factor::kServerCertificate:
    case Factor::kNetwork: return 69;  // EX_UNAVAILABLE: a person has to look at the network
    case Factor::kRequest: break;      // ours to mend
    case Factor::kService: return 70;
  }
  if (error.response && error.response->status == 404) return 66;  // the answer is there for programs that want to look
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  auto client = ConnectClient::from_environment();
  if (!client) return react(client.error());

  const auto response = client->get(argc > 1 ? argv[1] : "/jobs");
  if (!response) return react(response.error());
  std::printf("%d, %zu bytes\n", response->status, response->body.size());

  // If you prefer exceptions, write: try { client->get("/jobs").value(); } catch (const ConnectError& e) { e.error();
  // }
}
