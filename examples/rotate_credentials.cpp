// SPDX-License-Identifier: Apache-2.0
// A service that calls all day while its credentials are replaced:
//   rotate_credentials [CALLS]        one call a second, 10 by default
// Put the files of a new certificate in the place of EASYPOST_CONNECT_CLIENT_CERT and _CLIENT_KEY while it runs: it
// takes them without a failed call, and says when the old certificate may be revoked.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>

using namespace easypost_connect;
using namespace std::chrono_literals;

namespace {

/// Prints what a person has to know of the credentials. It is called from any thread; stdio has a lock of its own.
class Watch : public Observer {
  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    std::printf("the client certificate ends in %lld days\n", static_cast<long long>(event.left / 24h));
  }
  void credential_warning(const CredentialWarningEvent& event) noexcept override {
    std::printf("%.*s\n", static_cast<int>(event.message.size()), event.message.data());
  }
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    if (event.error == nullptr) {
      std::printf("generation %llu is in use\n", static_cast<unsigned long long>(event.generation));
    } else {
      std::printf("new credentials were not taken; the old ones stay in use:\n%s\n", event.error->describe().c_str());
    }
  }
  void credentials_retired(const CredentialsRetiredEvent& event) noexcept override {
    std::printf("generation %llu may be revoked\n", static_cast<unsigned long long>(event.generation));
  }
};

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.describe().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  auto options = ClientOptions::from_environment();
  if (!options) return fail(options.error());
  options->observer = std::make_shared<Watch>();
  options->reload.watch_interval = 1s;
  options->reload.probe_path = "/jobs";  // new credentials have to manage this call before they are used

  auto client = ConnectClient::create(*std::move(options));
  if (!client) return fail(client.error());
  const int calls = argc > 1 ? std::atoi(argv[1]) : 10;
  for (int i = 0; i < calls; ++i) {
    if (i > 0) std::this_thread::sleep_for(1s);
    const auto answer = client->get("/jobs");
    if (!answer) return fail(answer.error());
    const auto status = client->credentials_status();
    std::printf("%d, token good for %lld s\n", answer->status,
                static_cast<long long>(status.token_left.value_or(0s).count()));
  }
}
