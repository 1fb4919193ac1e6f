// SPDX-License-Identifier: Apache-2.0
#include "gateway_and_oauth.hpp"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "sandbox/certificate_authority.hpp"
#include "sandbox/secrets.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

std::string secret() { return "canary-secret-" + sandbox::random_uuid(); }

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

/// A socket, and the address of `port` on this machine.
struct LoopbackSocket {
  explicit LoopbackSocket(int port) {
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  ~LoopbackSocket() { ::close(file); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  [[nodiscard]] bool binds() const { return ::bind(file, as_generic(), sizeof address) == 0; }
  [[nodiscard]] bool connects() const { return ::connect(file, as_generic(), sizeof address) == 0; }

  [[nodiscard]] const sockaddr* as_generic() const { return reinterpret_cast<const sockaddr*>(&address); }
  sockaddr_in address{};
  int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

/// Below 32768, where the system takes no port for an outgoing connection: so it stays free while its server restarts.
int free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(20'000, 32'000);
  for (int tries = 0; tries < 1000; ++tries) {
    const int port = ports(random);
    if (LoopbackSocket(port).binds()) return port;
  }
  throw std::runtime_error("no free port");
}

}  // namespace

PrivateFolder::PrivateFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "easypost-connect-interop-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

GatewayAndOAuth::GatewayAndOAuth(const OAuthSettings& settings)
    : gateway_port_(free_port()),
      oauth_port_(free_port()),
      api_key_(secret()),
      partner_secret_(secret() + "/with+odd &chars="),
      gateway_secret_(secret()) {
  write_certificates();
  write_oauth_settings(settings);
  write_gateway_configuration();
  start_oauth();
  start_gateway();
}

void GatewayAndOAuth::write_certificates() {
  const sandbox::CertificateAuthority authority;
  const auto server = authority.issue(sandbox::server_profile());
  sandbox::CertificateProfile profile;
  profile.common_name = "partner-1";
  const auto partner = authority.issue(profile);
  write(folder_.path("ca.pem"), authority.certificate());
  write(folder_.path("server.pem"), server.certificate);
  write(folder_.path("server.key"), server.private_key);
  write(folder_.path("partner.pem"), partner.certificate);
  write(folder_.path("partner.key"), partner.private_key);
}

void GatewayAndOAuth::write_oauth_settings(const OAuthSettings& settings) const {
  const nlohmann::json json = {{"port", oauth_port_},
                               {"private_key", folder_.path("server.key")},
                               {"certificate", folder_.path("server.pem")},
                               {"partner_secret", partner_secret_},
                               {"gateway_secret", gateway_secret_},
                               {"token_seconds", settings.token_life.count()},
                               {"token_delay_ms", settings.token_delay.count()}};
  write(folder_.path("oauth.json"), json.dump());
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
  std::string text = read(INTEROP_SOURCE_DIR "/gateway.conf.in");
  for (const auto& [name, value] : values) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  write(folder_.path("nginx.conf"), text);
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

void GatewayAndOAuth::wait_until_it_listens(ChildProcess& server, int port, const std::string& log) const {
  const auto patience = std::chrono::steady_clock::now() + 30s;
  while (!LoopbackSocket(port).connects()) {
    if (!server.running() || std::chrono::steady_clock::now() > patience) {
      throw std::runtime_error("A server does not start (./dev interop installs what is needed):\n" + read(log));
    }
    std::this_thread::sleep_for(10ms);
  }
}

void GatewayAndOAuth::stop_gateway() { gateway_->end(SIGTERM); }
void GatewayAndOAuth::reload_gateway() { gateway_->signal(SIGHUP); }
void GatewayAndOAuth::kill_oauth() { oauth_->end(SIGKILL); }
void GatewayAndOAuth::revoke_newest_token() { oauth_->signal(SIGUSR2); }

std::size_t GatewayAndOAuth::token_requests() const {
  std::istringstream lines(read(folder_.path("oauth.log")));
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
