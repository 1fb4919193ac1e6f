// SPDX-License-Identifier: Apache-2.0
// Observers are told once of a certificate that ends soon and of a key that all may read.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>
#include <easypost_connect/sandbox.hpp>

#include "result_matchers.hpp"
#include "sandbox/certificate_authority.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Collects what is said of the credentials themselves, as "message" or "threshold in hours".
struct Announcements : Observer {
  void credential_warning(const CredentialWarningEvent& event) noexcept override { lines.emplace_back(event.message); }
  void certificate_expiring(const CertificateExpiringEvent& event) noexcept override {
    lines.push_back(std::to_string(event.threshold.count()) + " h");
  }
  std::vector<std::string> lines;
};

TEST(Announcement, TellsOfACertificateThatEndsSoonAndOfAKeyThatAllMayRead) {
  const sandbox::CertificateAuthority authority;
  sandbox::CertificateProfile five_days;
  five_days.valid_until = 5 * 24h;
  const auto issued = authority.issue(five_days);
  const TemporaryFolder folder;
  const std::string key = folder.write("client.key", issued.private_key);
  std::filesystem::permissions(key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  SandboxOptions settings;
  settings.client_ca = authority.certificate();
  const auto sandbox = Sandbox::start(settings).value();

  auto options = sandbox.client_options();
  options.credentials.client_certificate = {
      TlsMaterial::in_memory(Secret(issued.certificate)), TlsMaterial::file(key), {}};
  const auto told = std::make_shared<Announcements>();
  options.observer = told;
  auto client = ConnectClient::create(options).value();
  EXPECT_THAT(told->lines, ElementsAre(HasSubstr("may read the file of the client's private key"), "168 h"));
  EXPECT_THAT(client.get("/jobs"), IsOk());
  EXPECT_THAT(client.get("/jobs"), IsOk());
  EXPECT_EQ(told->lines.size(), 2U) << "said once, not with each call";
}

}  // namespace
}  // namespace easypost_connect
