// SPDX-License-Identifier: Apache-2.0
// Certificates of step-ca that live for 20 s, before a gateway that trusts this authority only.
#include "step_ca.hpp"

#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "crew.hpp"
#include "gateway_and_oauth.hpp"
#include "reload_watch.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using std::this_thread::sleep_for;

constexpr const char* kPartner = "partner-1";

class StepCaCertificates : public testing::Test {
 protected:
  StepCaCertificates() { write(current_); }

  /// Puts the files in the place of the old ones one after the other, as tools do that renew certificates.
  void write(const sandbox::IssuedCertificate& issued) {
    rename_into_place("partner.key", issued.private_key);
    rename_into_place("partner.pem", issued.certificate);
    current_ = issued;
  }

  [[nodiscard]] ClientOptions options() const {
    ClientOptions options = servers_.client_options();
    options.credentials.client_certificate.certificate = TlsMaterial::file(folder_.path("partner.pem"));
    options.credentials.client_certificate.private_key = TlsMaterial::file(folder_.path("partner.key"));
    return options;
  }

  StepCa authority_;
  GatewayAndOAuth servers_{{60s, 0ms}, authority_.root()};
  sandbox::IssuedCertificate current_ = authority_.issue(kPartner, StepCa::kShortestLife);

 private:
  void rename_into_place(const std::string& name, const std::string& content) const {
    std::filesystem::rename(folder_.write(name + ".new", content), folder_.path(name));
  }

  PrivateFolder folder_;
};

TEST_F(StepCaCertificates, AreReplacedUnderCallsThatDoNotNotice) {
  constexpr std::size_t kRotations = 22;
  ClientOptions options = this->options();
  options.reload.watch_interval = 200ms;
  const auto reloads = std::make_shared<ReloadWatch>();
  options.observer = reloads;
  auto client = ConnectClient::create(options).value();

  std::mutex mutex;
  std::set<std::string> seen_by_the_gateway;
  Crew crew(client, [&](ConnectClient& one, int number) {
    auto answer = number % 4 == 3 ? one.post("/jobs", "{}") : one.get("/jobs");
    const std::lock_guard lock(mutex);
    if (answer) seen_by_the_gateway.emplace(answer->headers.find("x-certificate").value_or(""));
    return answer;
  });
  for (std::size_t rotation = 1; rotation <= kRotations; ++rotation) {
    sleep_for(4s);
    write(rotation % 2 == 0 ? authority_.rekey(current_, kPartner) : authority_.renew(current_));
    ASSERT_TRUE(reloads->wait_for_successes(rotation)) << "rotation " << rotation;
  }
  sleep_for(1s);
  crew.dismiss();

  EXPECT_EQ(crew.failures(), 0U) << crew.first_failure();
  EXPECT_GT(crew.calls().size(), 1000U);
  EXPECT_EQ(seen_by_the_gateway.size(), kRotations + 1);
  for (const Error& failure : reloads->failures()) ADD_FAILURE() << failure.describe();
}

TEST_F(StepCaCertificates, AreBlamedWhenTheyHaveExpired) {
  auto client = ConnectClient::create(options()).value();
  sleep_for(StepCa::kShortestLife + 1s);
  const auto answer = client.get("/jobs");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().factor, Factor::kClientCertificate) << answer.error().describe();
}

TEST_F(StepCaCertificates, AreTheOnlyOnesThatTheGatewayTakes) {
  sandbox::CertificateProfile profile;
  profile.common_name = kPartner;
  write(sandbox::CertificateAuthority().issue(profile));
  const auto answer = ConnectClient::create(options()).value().get("/jobs");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().factor, Factor::kClientCertificate) << answer.error().describe();
}

}  // namespace
}  // namespace easypost_connect::interop
