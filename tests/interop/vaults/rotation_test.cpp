// SPDX-License-Identifier: Apache-2.0
// Credentials change in a vault while threads make calls, and the vault is killed in between.
#include <array>
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

#include "json_of.hpp"
#include "rotation_vaults.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

/// Counts changes of credentials that succeeded, and those that did not.
class Changes final : public Observer {
 public:
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    ++(event.error == nullptr ? count : failed);
  }
  std::atomic<int> count{0};
  std::atomic<int> failed{0};
};

/// Waits, for 30 seconds at most, until `number` has come to `least`.
void wait_for(const std::atomic<int>& number, int least) {
  const auto patience = std::chrono::steady_clock::now() + 30s;
  while (number < least && std::chrono::steady_clock::now() < patience) std::this_thread::sleep_for(10ms);
}

/// Eight threads that make calls as long as this object lives.
class Callers {
 public:
  explicit Callers(ConnectClient& client) {
    for (auto& calls : calls_) threads_.emplace_back([this, &client, &calls] { make_calls(client, calls); });
  }
  ~Callers() {
    done_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  [[nodiscard]] int calls() const noexcept {
    int all = 0;
    for (const auto& calls : calls_) all += calls;
    return all;
  }
  /// Waits until each call that is under way has ended.
  void wait_for_calls() const {
    for (const auto& calls : calls_) wait_for(calls, calls + 2);
  }
  [[nodiscard]] int failures() const noexcept { return failures_; }

 private:
  void make_calls(ConnectClient& client, std::atomic<int>& calls) {
    while (!done_) {
      if (!client.get("/jobs")) ++failures_;
      ++calls;
      std::this_thread::sleep_for(5ms);
    }
  }

  std::atomic<bool> done_{false};
  std::array<std::atomic<int>, 8> calls_{};  // one for each thread
  std::atomic<int> failures_{0};
  std::vector<std::thread> threads_;
};

template <typename Vault>
class VaultRotation : public testing::Test {
 protected:
  ConnectClient client_with(const std::shared_ptr<Changes>& changes) {
    auto options = sandbox_.client_options();
    vault_.store(json_of(options.credentials));
    options.credentials = {};
    auto vault_options = vault_.options();
    vault_options.poll_interval = 1s;
    vault_options.request_timeout = 2s;
    options.credential_source = vaults::from_uri(Vault::kUri, vault_options).value();
    options.observer = changes;
    return ConnectClient::create(options).value();
  }

  /// Ends the vault; as long as it is away, calls go on.
  void crash(const Callers& callers) {
    vault_.kill();
    const int before = callers.calls();
    std::this_thread::sleep_for(1500ms);  // the client looks in vain in that time
    EXPECT_GT(callers.calls(), before);
    vault_.start();
  }

  const test_support::ScopedVariable api_is_near_{"NO_PROXY", "localhost,127.0.0.1"};
  const test_support::ScopedVariable lower_api_is_near_{"no_proxy", "localhost,127.0.0.1"};
  Sandbox sandbox_ = Sandbox::start().value();
  Vault vault_;
};

struct NameOfVault {
  template <typename Vault>
  static std::string GetName(int /*number*/) {
    return Vault::kName;
  }
};
using Vaults = testing::Types<HashiCorpRotation, AwsRotation, AzureRotation, GoogleRotation>;
TYPED_TEST_SUITE(VaultRotation, Vaults, NameOfVault);

TYPED_TEST(VaultRotation, CostsNoCall) {
  constexpr int kRotations = 20;
  const auto changes = std::make_shared<Changes>();
  auto client = this->client_with(changes);
  const Callers callers(client);
  for (int rotation = 1; rotation <= kRotations; ++rotation) {
    if (rotation % 7 == 0) this->crash(callers);
    this->vault_.store(json_of(this->sandbox_.rotate_credentials()));
    wait_for(changes->count, rotation);
    ASSERT_EQ(changes->count, rotation);
    callers.wait_for_calls();  // no call with the old ones is under way then
    this->sandbox_.retire_old_credentials();
  }
  EXPECT_EQ(callers.failures(), 0);
  EXPECT_GT(callers.calls(), 100);
}

class SealedVault : public VaultRotation<HashiCorpRotation> {};

TEST_F(SealedVault, CostsNoCallAndIsReadAgainWhenItIsUnsealed) {
  const auto changes = std::make_shared<Changes>();
  auto client = client_with(changes);
  const Callers callers(client);
  vault_.seal();
  wait_for(changes->failed, 1);
  EXPECT_GE(changes->failed, 1);
  vault_.unseal();
  vault_.store(json_of(sandbox_.rotate_credentials()));
  wait_for(changes->count, 1);
  EXPECT_EQ(changes->count, 1);
  EXPECT_EQ(callers.failures(), 0);
}

}  // namespace
}  // namespace easypost_connect::interop
