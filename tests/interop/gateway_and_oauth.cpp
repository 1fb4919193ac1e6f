// SPDX-License-Identifier: Apache-2.0
#include "gateway_and_oauth.hpp"

#include <signal.h>
#include <unistd.h>

#include <sstream>

#include <nlohmann/json.hpp>

#include "sandbox/certificate_authority.hpp"
#include "sandbox/secrets.hpp"

namespace easypost_connect::interop {
namespace {

std::string secret() { return "canary-secret-" + sandbox::random_uuid(); }

}  // namespace

GatewayAndOAuth::GatewayAndOAuth(const OAuthSettings& settings, const std::string& client_authority)
    : api_key_(secret()), partner_secret_(secret() + "/with+odd &chars="), gateway_secret_(secret()) {
  write_certificates(client_authority);
  write_oauth_settings(settings);
  write_gateway_configuration();
  start_oauth();
  start_gateway();
}

void GatewayAndOAuth::write_certificates(const std::string& client_authority) const {
  const sandbox::CertificateAuthority authority;
  const auto server = authority.issue(sandbox::server_profile());
  sandbox::CertificateProfile profile;
  profile.common_name = "partner-1";
  const auto partner = authority.issue(profile);
  folder_.write("ca.pem", authority.certificate());
  folder_.write("client_ca.pem", client_authority.empty() ? authority.certificate() : client_authority);
  folder_.write("server.pem", server.certificate);
  folder_.write("server.key", server.private_key);
  folder_.write("partner.pem", partner.certificate);
  folder_.write("partner.key", partner.private_key);
}

void GatewayAndOAuth::write_oauth_settings(const OAuthSettings& settings) const {
  const nlohmann::json json = {{"port", oauth_port_},
                               {"private_key", folder_.path("server.key")},
                               {"certificate", folder_.path("server.pem")},
                               {"partner_secret", partner_secret_},
                               {"gateway_secret", gateway_secret_},
                               {"token_seconds", settings.token_life.count()},
                               {"token_delay_ms", settings.token_delay.count()}};
  folder_.write("oauth.json", json.dump());
}

void GatewayAndOAuth::write_gateway_configuration() const {
  const std::map<std::string, std::string> values = {
      {"@MODULES@", INTEROP_NGINX_MODULES},
      {"@USER@", ::geteuid() == 0 ? "user root;" : ""},  // the folder is its owner's
      {"@FOLDER@", folder_.path()},
      {"@SOURCE@", INTEROP_SOURCE_DIR},
      {"@API_KEY@", api_key_},
      {"@OAUTH_PORT@", std::to_string(oauth_port_)},
      {"@GATEWAY_PORT@", std::to_string(gateway_port_)},
      {"@GATEWAY_SECRET@", gateway_secret_}};
  folder_.write("nginx.conf", filled_in(read_file(INTEROP_SOURCE_DIR "/gateway.conf.in"), values));
}

void GatewayAndOAuth::start_oauth() {
  const std::string log = folder_.path("oauth.log");
  oauth_.emplace(std::vector<std::string>{"node", INTEROP_OAUTH_DIR "/oauth_server.mjs", folder_.path("oauth.json")},
                 log);
  wait_until_it_listens(*oauth_, oauth_port_, log);
}

void GatewayAndOAuth::start_gateway() {
  const std::string log = folder_.path("nginx.log");
  gateway_.emplace(
      std::vector<std::string>{INTEROP_NGINX, "-p", folder_.path(), "-c", folder_.path("nginx.conf"), "-e", log}, log);
  wait_until_it_listens(*gateway_, gateway_port_, log);
}

void GatewayAndOAuth::stop_gateway() { gateway_->end(SIGTERM); }
void GatewayAndOAuth::reload_gateway() { gateway_->signal(SIGHUP); }
void GatewayAndOAuth::kill_oauth() { oauth_->end(SIGKILL); }
void GatewayAndOAuth::revoke_newest_token() { oauth_->signal(SIGUSR2); }

std::size_t GatewayAndOAuth::token_requests() const {
  std::istringstream lines(read_file(folder_.path("oauth.log")));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.rfind("token ", 0) == 0 ? 1U : 0U;
  return count;
}

std::string GatewayAndOAuth::url(int port, const std::string& path) const {
  return "https://localhost:" + std::to_string(port) + path;
}

ClientOptions GatewayAndOAuth::client_options() const {
  ClientOptions options;
  options.environment = Environment::custom(url(gateway_port_, ""), url(oauth_port_, "/oauth2/token"));
  options.server_ca = TlsMaterial::file(folder_.path("ca.pem"));
  options.credentials.client_certificate.certificate = TlsMaterial::file(folder_.path("partner.pem"));
  options.credentials.client_certificate.private_key = TlsMaterial::file(folder_.path("partner.key"));
  options.credentials.api_key = Secret(api_key_);
  options.credentials.oauth_client.id = "partner-1";
  options.credentials.oauth_client.secret = Secret(partner_secret_);
  return options;
}

}  // namespace easypost_connect::interop
