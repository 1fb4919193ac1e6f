// SPDX-License-Identifier: Apache-2.0
// Credentials replaced while calls are made: certificate, API key, OAuth client, and the authority the gateway trusts.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>
#include <easypost_connect/sandbox.hpp>

#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;

/// Collects what a client tells of its credentials.
class CredentialEvents {
 public:
  [[nodiscard]] std::shared_ptr<Observer> observer() const { return observer_; }

  [[nodiscard]] bool reached(std::uint64_t generation) const {
    return wait_for([=](const RecordedEvent& event) {
      return event.name == kReloaded && !event.error && event.generation >= generation;
    });
  }
  [[nodiscard]] bool retired(std::uint64_t generation) const {
    return wait_for(
        [=](const RecordedEvent& event) { return event.name == kRetired && event.generation >= generation; });
  }
  [[nodiscard]] bool refused() const { return wait_for(is_refusal); }
  [[nodiscard]] std::ptrdiff_t refusals() const {
    const auto events = observer_->events();
    return std::count_if(events.begin(), events.end(), is_refusal);
  }

 private:
  static constexpr const char* kReloaded = "credentials_reloaded";
  static constexpr const char* kRetired = "credentials_retired";

  static bool is_refusal(const RecordedEvent& event) { return event.error.has_value(); }
  template <typename Condition>
  [[nodiscard]] bool wait_for(const Condition& condition) const {
    return observer_->wait_until(
        [&](const RecordedEvents& events) { return std::any_of(events.begin(), events.end(), condition); });
  }

  const std::shared_ptr<RecordingObserver> observer_ =
      std::make_shared<RecordingObserver>(std::vector<std::string>{kReloaded, kRetired});
};

/// Calls without a pause, on eight threads, until it is destroyed.
class Callers {
 public:
  explicit Callers(ConnectClient& client) {
    for (int i = 0; i < 8; ++i) {
      threads_.emplace_back([this, &client] {
        while (!ended_) {
          const auto answer = client.get("/jobs");
          ++calls;
          if (!answer) ++failed;
          if (!answer) ADD_FAILURE() << answer.error().describe();
        }
      });
    }
  }
  ~Callers() {
    ended_ = true;
    for (auto& thread : threads_) thread.join();
  }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  std::atomic<int> calls{0};
  std::atomic<int> failed{0};

 private:
  std::atomic<bool> ended_{false};
  std::vector<std::thread> threads_;
};

class Rotation : public ::testing::Test {
 protected:
  Sandbox sandbox = Sandbox::start().value();
  const CredentialEvents events{};
};

/// Reloads when a token was fetched, which is told on the thread that fetched it.
class ReloadsWithEachToken final : public Observer {
 public:
  void token_fetched(const TokenEvent& /*event*/) noexcept override {
    if (client != nullptr) answers.push_back(client->reload());
  }

  ConnectClient* client = nullptr;
  std::vector<Result<CredentialsStatus>> answers;
};

TEST_F(Rotation, AnObserverOnTheThreadThatAProbeNeedsMayNotReload) {
  const auto observer = std::make_shared<ReloadsWithEachToken>();
  auto options = sandbox.client_options();
  options.observer = observer;
  options.reload.probe_path = "/jobs";
  auto client = ConnectClient::create(std::move(options)).value();
  observer->client = &client;
  EXPECT_THAT(client.reload(), IsOk());
  ASSERT_EQ(observer->answers.size(), 1U);
  EXPECT_THAT(observer->answers.front(),
              ::testing::AllOf(IsError(ErrorCode::kInvalidRequest), Says("another reload was under way")));
}

TEST_F(Rotation, FailsNoCallOfEightThreadsInFiftyRotations) {
  auto options = sandbox.client_options();
  options.observer = events.observer();
  options.reload.probe_path = "/jobs";
  auto client = ConnectClient::create(std::move(options)).value();
  const Callers callers(client);
  for (std::uint64_t generation = 2; generation <= 51; ++generation) {
    const auto status = client.reload(sandbox.rotate_credentials());
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(status->generation, generation);
    ASSERT_TRUE(events.retired(generation - 1)) << "calls on the old credentials do not end";
    sandbox.retire_old_credentials();
  }
  EXPECT_EQ(callers.failed, 0);
  EXPECT_GT(callers.calls, 50);
  EXPECT_EQ(client.credentials_status().generation, 51U);
}

TEST_F(Rotation, CredentialsThatTheGatewayRefusesAreNotTaken) {
  auto options = sandbox.client_options();
  options.observer = events.observer();
  options.reload.probe_path = "/jobs";
  auto client = ConnectClient::create(options).value();
  auto stranger = Sandbox::start().value().client_options().credentials;
  EXPECT_THAT(client.reload(stranger), IsError(ErrorCode::kTokenRefused));
  stranger.oauth_client = options.credentials.oauth_client;
  EXPECT_THAT(client.reload(stranger), BlamedOn(Factor::kClientCertificate));
  stranger.client_certificate = options.credentials.client_certificate;
  EXPECT_THAT(client.reload(stranger), BlamedOn(Factor::kApiKey));
  EXPECT_EQ(events.refusals(), 3);
  EXPECT_EQ(client.credentials_status().generation, 1U);
  EXPECT_THAT(client.get("/jobs"), IsOk());
}

/// A folder as Kubernetes mounts a secret: the files are links into a folder that is itself a link, which is
/// replaced.
class MountedSecret {
 public:
  explicit MountedSecret(const ClientCertificate& first) {
    publish(first);
    for (const char* name : {"client.pem", "client.key"}) {
      std::filesystem::create_symlink(std::filesystem::path("..data") / name, folder_.path(name));
    }
  }

  void publish(const ClientCertificate& certificate) {
    namespace fs = std::filesystem;
    const std::string version = "..version-" + std::to_string(++version_);
    fs::create_directory(folder_.path(version));
    write(version + "/client.pem", certificate.certificate.content().expose());
    write(version + "/client.key", certificate.private_key.content().expose());
    fs::create_symlink(version, folder_.path("..data_tmp"));
    fs::rename(folder_.path("..data_tmp"), folder_.path("..data"));
  }

  void write(const std::string& name, std::string_view content) const {
    const std::string path = folder_.write(name, content);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  [[nodiscard]] ClientCertificate files() const {
    return {TlsMaterial::file(folder_.path("client.pem")), TlsMaterial::file(folder_.path("client.key")), {}};
  }

 private:
  const TemporaryFolder folder_;
  int version_ = 0;
};

class FileWatch : public Rotation {
 protected:
  FileWatch() {
    options.credentials.client_certificate = secret.files();
    options.observer = events.observer();
    options.reload.watch_interval = 10ms;
    client.emplace(ConnectClient::create(options).value());
  }

  ClientOptions options = sandbox.client_options();
  MountedSecret secret{options.credentials.client_certificate};
  std::optional<ConnectClient> client;
};

TEST_F(FileWatch, TakesASecretThatKubernetesReplaces) {
  const Callers callers(*client);
  for (std::uint64_t generation = 2; generation <= 6; ++generation) {
    secret.publish(sandbox.rotate_credentials().client_certificate);
    ASSERT_TRUE(events.reached(generation));
  }
  EXPECT_EQ(callers.failed, 0);
  EXPECT_EQ(events.refusals(), 0);
}

TEST_F(FileWatch, WaitsForTheSecondHalfAndTellsOfOneThatStays) {
  const auto next = sandbox.rotate_credentials().client_certificate;
  const std::string_view whole = next.certificate.content().expose();
  secret.write("client.pem", whole.substr(0, whole.size() / 2));
  ASSERT_TRUE(events.refused()) << "a half that stays is told of";
  EXPECT_THAT(client->get("/jobs"), IsOk());
  EXPECT_EQ(client->credentials_status().generation, 1U);

  secret.write("client.pem", whole);
  secret.write("client.key", next.private_key.content().expose());
  ASSERT_TRUE(events.reached(2));
  EXPECT_THAT(client->get("/jobs"), IsOk());
}

TEST_F(FileWatch, FilesThatVanishChangeNothing) {
  std::filesystem::remove(secret.files().certificate.path());
  ASSERT_TRUE(events.refused());
  EXPECT_THAT(client->get("/jobs"), IsOk());
}

/// Ends the client on the thread that watches its files.
struct EndsTheClient : Observer {
  void credentials_reloaded(const CredentialsReloadedEvent&) noexcept override { client.reset(); }
  std::shared_ptr<ConnectClient> client;
};

TEST_F(FileWatch, MayEndTheClient) {
  const auto ends = std::make_shared<EndsTheClient>();
  client.reset();
  options.observer = ends;
  ends->client = std::make_shared<ConnectClient>(ConnectClient::create(options).value());
  EXPECT_THAT(ends->client->get("/jobs"), IsOk());
  options.observer.reset();
  secret.publish(sandbox.rotate_credentials().client_certificate);
  while (ends.use_count() > 1) std::this_thread::yield();  // nothing is left of the client after that
}

TEST_F(Rotation, ASourceIsAskedAgainWhenItSaysSo) {
  auto options = sandbox.client_options();
  options.observer = events.observer();
  Credentials given = std::exchange(options.credentials, {});
  std::mutex mutex;
  options.credential_source = [&]() -> SourcedCredentials {
    const std::lock_guard lock(mutex);
    return {given, 1s};
  };
  auto client = ConnectClient::create(std::move(options)).value();
  const auto next = sandbox.rotate_credentials();
  {
    const std::lock_guard lock(mutex);
    given = next;
  }
  ASSERT_TRUE(events.reached(2));
  sandbox.retire_old_credentials();
  EXPECT_THAT(client.get("/jobs"), IsOk());
}

TEST_F(Rotation, ReloadReadsTheFilesAgain) {
  auto options = sandbox.client_options();
  MountedSecret secret(options.credentials.client_certificate);
  options.credentials.client_certificate = secret.files();
  auto client = ConnectClient::create(std::move(options)).value();
  secret.publish(sandbox.rotate_credentials().client_certificate);
  EXPECT_EQ(client.reload().value().generation, 2U);
  EXPECT_THAT(client.get("/jobs"), IsOk());
}

TEST_F(Rotation, StatusTellsOfCertificateAndToken) {
  auto client = ConnectClient::create(sandbox.client_options()).value();
  EXPECT_EQ(client.credentials_status().token_left, std::nullopt);
  ASSERT_THAT(client.get("/jobs"), IsOk());
  const auto status = client.credentials_status();
  ASSERT_TRUE(status.certificate_left && status.token_left);
  EXPECT_GT(*status.certificate_left, 89 * 24h);
  EXPECT_LE(*status.certificate_left, 90 * 24h);
  EXPECT_GT(*status.token_left, 3000s);
  EXPECT_LE(*status.token_left, 3600s);
}

}  // namespace
}  // namespace easypost_connect
