// SPDX-License-Identifier: Apache-2.0
#include "google_services.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/encoding.hpp"
#include "plain_post.hpp"
#include "shell.hpp"

namespace easypost_connect::interop {
namespace {

constexpr const char* kPackages = "PYTHONPATH=" VAULT_GOOGLE;
constexpr const char* kAccount = "ep@p1.iam.gserviceaccount.com";
constexpr const char* kAudience =
    "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/idp";

std::string script(const char* name) { return std::string(VAULT_SCRIPTS "/") + name; }

sandbox::CertificateProfile google_profile() {
  auto profile = sandbox::server_profile();
  profile.subject_alt_names = {"DNS:*.googleapis.com", "DNS:secretmanager.europe-west3.rep.googleapis.com"};
  return profile;
}

}  // namespace

GoogleServices::GoogleServices() : signer_(sandbox::issue_self_signed()) {
  const auto ports = free_ports(2);
  drongo_port_ = ports[0];
  gate_port_ = ports[1];
  const auto server = authority_.issue(google_profile());
  folder_.write("ca.pem", authority_.certificate());
  const nlohmann::json config = {{"port", gate_port_},
                                 {"drongo", drongo_port_},
                                 {"certificate", folder_.write("server.pem", server.certificate)},
                                 {"key", folder_.write("server.key", server.private_key)},
                                 {"signers", {{"key-1", signer_.certificate}}},
                                 {"account", kAccount},
                                 {"audience", kAudience},
                                 {"subject_token", kSubjectToken}};
  folder_.write("gate.json", config.dump());
  start();
}

void GoogleServices::start() {
  drongo_.emplace(std::vector<std::string>{"env", kPackages, "python3", "-m", "drongo.cli", "server", "--host",
                                           "127.0.0.1", "--port", std::to_string(drongo_port_)},
                  folder_.path("drongo.log"));
  gate_.emplace(
      std::vector<std::string>{"env", kPackages, "python3", script("google_gate.py"), folder_.path("gate.json")},
      folder_.path("gate.log"));
  wait_until_it_listens(*drongo_, drongo_port_, folder_.path("drongo.log"));
  wait_until_it_listens(*gate_, gate_port_, folder_.path("gate.log"));
}

void GoogleServices::kill() {
  drongo_->end(SIGKILL);
  gate_->end(SIGKILL);
}

void GoogleServices::post(const std::string& path, const std::string& body) const {
  post_plainly(drongo_port_, "/v1/" + path, "application/json", body);
}

void GoogleServices::store(const std::string& project, const std::string& secret, const std::string& payload) const {
  post(project + "/secrets?secretId=" + secret, R"({"replication":{"automatic":{}}})");  // 409: it is there
  post(project + "/secrets/" + secret + ":addVersion",
       R"({"payload":{"data":")" + internal::base64_encode(payload) + R"("}})");
}

void GoogleServices::disable(const std::string& version) const { post(version + ":disable", "{}"); }

std::string GoogleServices::key_file() const {
  const nlohmann::json key = {{"type", "service_account"},
                              {"project_id", "p1"},
                              {"private_key_id", "key-1"},
                              {"private_key", signer_.private_key},
                              {"client_email", kAccount},
                              {"client_id", "1"},
                              {"token_uri", "https://oauth2.googleapis.com/token"},
                              {"universe_domain", "googleapis.com"}};
  return folder_.write("key.json", key.dump());
}

std::string GoogleServices::federation_file(const std::string& source, bool impersonates) const {
  nlohmann::json file = {{"type", "external_account"},
                         {"audience", kAudience},
                         {"subject_token_type", "urn:ietf:params:oauth:token-type:jwt"},
                         {"token_url", "https://sts.googleapis.com/v1/token"},
                         {"credential_source", nlohmann::json::parse(source)}};
  if (impersonates)
    file["service_account_impersonation_url"] = std::string("https://iamcredentials.googleapis.com/v1/projects/-/") +
                                                "serviceAccounts/" + kAccount + ":generateAccessToken";
  return folder_.write("federation.json", file.dump());
}

std::string GoogleServices::subject_token_file(const std::string& text) const {
  return folder_.write("subject-token", text);
}

std::string GoogleServices::read_by_official_client(const std::string& version) const {
  return printed_by(std::string(kPackages) + " REQUESTS_CA_BUNDLE=" + folder_.path("ca.pem") + " python3 " +
                    script("google_official.py") + " " + version);
}

}  // namespace easypost_connect::interop
