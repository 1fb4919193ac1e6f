// SPDX-License-Identifier: Apache-2.0
#include "cooperative_hosts.hpp"

#include <gtest/gtest.h>

#include "json_web_token.hpp"
#include "sandbox/secrets.hpp"

namespace easypost_connect::interop {
namespace {

std::string secret() { return "canary-secret-" + sandbox::random_uuid(); }

sandbox::Listener::Handler giving(const std::string& token) {
  return [token](const httplib::Request& /*request*/, httplib::Response& response) {
    response.set_content(R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":3600})",
                         "application/json");
    return std::string("token");
  };
}

ApiCredentials api_credentials() {
  using namespace std::chrono_literals;
  const std::string key = secret();
  return {secret(), key, json_web_token(key, "api", 1h), json_web_token(key, "api", -1h),
          json_web_token(key, "another api", 1h)};
}

class Keeper : public ::testing::Environment {
 public:
  void SetUp() override { hosts = std::make_unique<Hosts>(); }
  void TearDown() override { hosts.reset(); }
  std::unique_ptr<Hosts> hosts;
};

Keeper& keeper() {
  static auto* const instance =
      static_cast<Keeper*>(::testing::AddGlobalTestEnvironment(new Keeper));  // GoogleTest deletes it
  return *instance;
}

[[maybe_unused]] const Keeper& registered_before_the_first_test = keeper();

}  // namespace

Hosts::Hosts()
    : api(api_credentials()),
      token_host_(SandboxHost::kOAuth, {certificates.server, {}, sandbox::ClientCertificates::kUnasked}, event_log,
                  giving(api.token)) {}

Hosts& hosts() { return *keeper().hosts; }

}  // namespace easypost_connect::interop
