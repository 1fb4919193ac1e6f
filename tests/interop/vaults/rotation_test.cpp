// SPDX-License-Identifier: Apache-2.0
// Credentials change in a vault while threads make calls, and the vault is killed in between.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>
#include <easypost_connect/sandbox.hpp>

#include "hashicorp_fixture.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

/// Counts changes of credentials that succeeded.
class Changes final : public Observer {
 public:
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    if (event.error == nullptr) ++count;
  }
  std::atomic<int> count{0};
};

class VaultRotation : public HashiCorpFixture {
 protected:
  void store(const Credentials& credentials) {
    internal::WipedJson fields;
    fields.add("client_cert", credentials.client_certificate.certificate.content().expose());
    fields.add("client_key", credentials.client_certificate.private_key.content().expose());
    fields.add("api_key", credentials.api_key.expose());
    fields.add("client_id", credentials.oauth_client.id);
    fields.add("client_secret", credentials.oauth_client.secret.expose());
    bao_.run("kv put -mount=secret easypost/acc -", std::string(fields.text().expose()));
  }

  Sandbox sandbox_ = Sandbox::start().value();
};

TEST_F(VaultRotation, CostsNoCall) {
  constexpr int kRotations = 20;
  auto options = sandbox_.client_options();
  store(options.credentials);
  options_.poll_interval = 1s;
  options_.request_timeout = 2s;
  options.credentials = {};
  options.credential_source = vaults::from_uri("vault://secret/easypost/acc?kv=2", options_).value();
  const auto changes = std::make_shared<Changes>();
  options.observer = changes;
  auto client = ConnectClient::create(options).value();

  std::atomic<bool> done{false};
  std::atomic<int> calls{0};
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        ++calls;
        if (!client.get("/jobs")) ++failures;
        std::this_thread::sleep_for(5ms);
      }
    });
  }
  for (int rotation = 1; rotation <= kRotations; ++rotation) {
    if (rotation % 7 == 0) {
      bao_.kill();
      std::this_thread::sleep_for(300ms);
      bao_.start();
    }
    store(sandbox_.rotate_credentials());
    const auto patience = std::chrono::steady_clock::now() + 30s;
    while (changes->count < rotation && std::chrono::steady_clock::now() < patience) std::this_thread::sleep_for(10ms);
    ASSERT_EQ(changes->count, rotation);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_GT(calls, 100);
}

}  // namespace
}  // namespace easypost_connect::interop
