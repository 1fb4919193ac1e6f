// SPDX-License-Identifier: Apache-2.0
#include "azure_stand_in.hpp"

#include <stdexcept>

#include "shell.hpp"

namespace easypost_connect::interop {
namespace {

constexpr const char* kFolder = INTEROP_SOURCE_DIR "/vaults/";
constexpr const char* kPythonPath = "PYTHONPATH=" VAULT_AZURE;

sandbox::CertificateProfile server_of_azure() {
  sandbox::CertificateProfile profile = sandbox::server_profile();
  profile.subject_alt_names = {"DNS:login.microsoftonline.com", "DNS:*.vault.azure.net"};
  return profile;
}

}  // namespace

AzureStandIn::AzureStandIn() {
  const auto server = authority_.issue(server_of_azure());
  const auto app = sandbox::issue_self_signed();
  folder_.write("server.pem", server.certificate);
  folder_.write("server.key", server.private_key);
  folder_.write("ca.pem", authority_.certificate());
  folder_.write("app.pem", app.certificate);
  folder_.write("app_and_key.pem", app.private_key + app.certificate);
  folder_.write("workload_token", kWorkloadToken);
  state_ = {{"tenant", kTenant},
            {"client_id", kClient},
            {"client_secret", kClientSecret},
            {"expired_secret", kExpiredSecret},
            {"workload_token", kWorkloadToken},
            {"identity_header", kIdentityHeader},
            {"secrets", nlohmann::json::object()}};
  write_state();
  start();
}

void AzureStandIn::start() {
  process_.emplace(std::vector<std::string>{"env", kPythonPath, "python3", std::string(kFolder) + "azure_stand_in.py",
                                            std::to_string(port_), folder_.path()},
                   folder_.path("log"));
  wait_until_it_listens(*process_, port_, folder_.path("log"));
}

void AzureStandIn::write_state() const { folder_.write("state.json", state_.dump()); }

std::string AzureStandIn::set_secret(const std::string& name, const std::string& value) {
  nlohmann::json& versions = state_["secrets"][name];
  const std::string number = std::to_string(versions.size() + 1);
  std::string version = std::string(32 - number.size(), '0') + number;
  versions.push_back({{"version", version}, {"value", value}});
  write_state();
  return version;
}

void AzureStandIn::refuse(const std::string& name, const std::string& reason) {
  state_["secrets"][name].back()["refused"] = reason;
  write_state();
}

std::string AzureStandIn::official(const std::string& name, const std::string& login) const {
  return printed_by(std::string(kPythonPath) + " REQUESTS_CA_BUNDLE=" + authority_file() + " python3 " + kFolder +
                    "azure_official.py " + login + " my-vault " + name);
}

}  // namespace easypost_connect::interop
