// SPDX-License-Identifier: Apache-2.0
// These tests show credentials that come through pipes, and files that become something else while they are watched.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CredentialsFromPipes, AreReadOnceAndKept) {
  auto sandbox = Sandbox::start().value();
  ClientOptions options = sandbox.client_options();
  const TemporaryFolder folder;
  std::vector<std::thread> writers;
  for (TlsMaterial* part : {&options.credentials.client_certificate.certificate,
                            &options.credentials.client_certificate.private_key, &options.server_ca}) {
    const std::string path = folder.path(std::to_string(writers.size()) + ".pem");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    writers.emplace_back([path, content = part->content()] { std::ofstream(path) << content.expose(); });
    *part = TlsMaterial::file(path);
  }
  options.reload.watch_interval = 1ms;  // there is nothing to watch
  auto client = ConnectClient::create(std::move(options));
  for (auto& writer : writers) writer.join();
  ASSERT_THAT(client, IsOk());
  EXPECT_THAT(client->get("/jobs"), IsOk());
  EXPECT_THAT(client->reload(), IsOk());
  EXPECT_THAT(client->get("/jobs"), IsOk());
}

struct Becomes {
  const char* name;
  void (*make)(const std::string& path);
  const char* words;
};

void PrintTo(const Becomes& row, std::ostream* out) { *out << row.name; }

const Becomes kBecomes[] = {
    {"APipe", [](const std::string& path) { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); }, "is a pipe"},
    {"ALinkToADevice", [](const std::string& path) { std::filesystem::create_symlink("/dev/zero", path); },
     "is a device"},
    {"AFolder", [](const std::string& path) { std::filesystem::create_directory(path); }, "is a folder"},
    {"ALinkToNothing", [](const std::string& path) { std::filesystem::create_symlink("nowhere", path); },
     "cannot be opened"},
    {"Empty", [](const std::string& path) { std::ofstream file(path); }, "client_certificate.certificate"},
};

class WatchedFile : public ::testing::TestWithParam<Becomes> {};

TEST_P(WatchedFile, ThatBecomesSomethingElseHoldsNobodyUp) {
  auto sandbox = Sandbox::start().value();
  ClientOptions options = sandbox.client_options();
  const TemporaryFolder folder;
  TlsMaterial& certificate = options.credentials.client_certificate.certificate;
  const Secret content = certificate.content();
  const std::string path = folder.write("client.pem", content.expose());
  certificate = TlsMaterial::file(path);
  const auto events = std::make_shared<RecordingObserver>();
  options.observer = events;
  options.reload.watch_interval = 10ms;
  std::optional<ConnectClient> client = ConnectClient::create(std::move(options)).value();

  std::filesystem::remove(path);
  GetParam().make(path);
  ASSERT_TRUE(events->wait_for("credentials_reloaded"));
  EXPECT_THAT(events->events("credentials_reloaded").front().error.value().message,
              AllOf(HasSubstr(GetParam().words), HasSubstr(path)));
  EXPECT_THAT(client->get("/jobs"), IsOk());
  EXPECT_THAT(client->reload(), AllOf(IsError(ErrorCode::kInvalidCredential), Says(GetParam().words)));
  EXPECT_THAT(client->get("/jobs"), IsOk());

  std::filesystem::remove(path);
  folder.write("client.pem", content.expose());
  EXPECT_THAT(client->reload(), IsOk());
  std::filesystem::remove(path);
  GetParam().make(path);
  client.reset();  // would hang in a look that waits
}

INSTANTIATE_TEST_SUITE_P(All, WatchedFile, ::testing::ValuesIn(kBecomes),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace easypost_connect
