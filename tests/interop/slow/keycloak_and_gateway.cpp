// SPDX-License-Identifier: Apache-2.0
#include "keycloak_and_gateway.hpp"

#include <unistd.h>
#include <httplib.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sandbox/secrets.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

std::string secret() { return "canary-secret-" + sandbox::random_uuid(); }

TlsMaterial pem(const std::string& text) { return TlsMaterial::in_memory(Secret(text)); }

}  // namespace

KeycloakAndGateway::KeycloakAndGateway() : api_key_(secret()), client_secret_(secret()) {
  write_certificates();
  start_keycloak();
  start_gateway();
}

void KeycloakAndGateway::write_certificates() const {
  const auto server = authority_.issue(sandbox::server_profile());
  folder_.write("ca.pem", authority_.certificate());
  folder_.write("server.pem", server.certificate);
  folder_.write("server.key", server.private_key);
}

/// Keycloak keeps its data beside its programs, which all runs share: this run has a home of links to them.
void KeycloakAndGateway::start_keycloak() {
  for (const char* const part : {"lib", "conf", "providers", "themes"}) {
    std::filesystem::create_directory_symlink(std::string(INTEROP_KEYCLOAK "/") + part, folder_.path(part));
  }
  std::filesystem::create_directories(folder_.path("data/import"));
  folder_.write("data/import/partners-realm.json",
                filled_in(read_file(INTEROP_SLOW_SOURCE_DIR "/realm.json.in"), {{"@SECRET@", client_secret_}}));
  const std::string log = folder_.path("keycloak.log");
  keycloak_.emplace(
      std::vector<std::string>{"env", "JAVA_OPTS_KC_HEAP=-Xms64m -Xmx384m", "nice", INTEROP_KEYCLOAK "/bin/kc.sh",
                               "start", "--optimized", "--import-realm", "--cache=local", "--hostname-strict=false",
                               "-Dkc.home.dir=" + folder_.path(), "--http-host=127.0.0.1",
                               "--https-port=" + std::to_string(keycloak_port_),
                               "--https-certificate-file=" + folder_.path("server.pem"),
                               "--https-certificate-key-file=" + folder_.path("server.key"),
                               "--https-trust-store-file=" + folder_.path("ca.pem")},
      log);
  wait_until_it_listens(*keycloak_, keycloak_port_, log, 10min);
}

std::string KeycloakAndGateway::issuer_key() const {
  httplib::SSLClient keycloak("localhost", keycloak_port_);
  keycloak.set_ca_cert_path(folder_.path("ca.pem").c_str());
  keycloak.set_read_timeout(60s);
  const auto realm = keycloak.Get("/realms/partners");
  if (!realm || realm->status != 200)
    throw std::runtime_error("Keycloak has no realm:\n" + read_file(folder_.path("keycloak.log")));
  return nlohmann::json::parse(realm->body).at("public_key");
}

void KeycloakAndGateway::start_gateway() {
  const std::map<std::string, std::string> values = {{"@MODULES@", INTEROP_NGINX_MODULES},
                                                     {"@USER@", ::geteuid() == 0 ? "user root;" : ""},
                                                     {"@FOLDER@", folder_.path()},
                                                     {"@SOURCE@", INTEROP_SLOW_SOURCE_DIR},
                                                     {"@API_KEY@", api_key_},
                                                     {"@GATEWAY_PORT@", std::to_string(gateway_port_)},
                                                     {"@ISSUER_KEY@", issuer_key()}};
  const std::string configuration =
      folder_.write("nginx.conf", filled_in(read_file(INTEROP_SLOW_SOURCE_DIR "/jwt_gateway.conf.in"), values));
  const std::string log = folder_.path("nginx.log");
  gateway_.emplace(std::vector<std::string>{INTEROP_NGINX, "-p", folder_.path(), "-c", configuration, "-e", log}, log);
  wait_until_it_listens(*gateway_, gateway_port_, log);
}

std::string KeycloakAndGateway::token_url(const std::string& realm) const {
  return "https://localhost:" + std::to_string(keycloak_port_) + "/realms/" + realm + "/protocol/openid-connect/token";
}

ClientCertificate KeycloakAndGateway::new_certificate() const {
  sandbox::CertificateProfile profile;
  profile.common_name = "partner-1";
  const auto issued = authority_.issue(profile);
  return {pem(issued.certificate), pem(issued.private_key), {}};
}

ClientOptions KeycloakAndGateway::client_options(const std::string& client_id) const {
  ClientOptions options;
  options.environment = Environment::custom("https://localhost:" + std::to_string(gateway_port_), token_url());
  options.server_ca = TlsMaterial::file(folder_.path("ca.pem"));
  options.credentials.client_certificate = new_certificate();
  options.credentials.api_key = Secret(api_key_);
  options.credentials.oauth_client.id = client_id;
  options.credentials.oauth_client.secret = Secret(client_secret_);
  return options;
}

}  // namespace easypost_connect::interop
