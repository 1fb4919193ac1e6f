// SPDX-License-Identifier: Apache-2.0
#include "open_bao.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "shell.hpp"

namespace easypost_connect::interop {
namespace {

/// The port behind each of these is OpenBao's too: it talks to its cluster there.
std::vector<int> ports_with_a_free_one_behind(std::size_t count) {
  std::vector<int> ports;
  while (ports.size() < count) {
    for (const int port : free_ports(16)) {
      const bool is_apart =
          std::all_of(ports.begin(), ports.end(), [port](int other) { return std::abs(other - port) > 1; });
      if (ports.size() < count && is_apart && LoopbackSocket(port + 1).binds()) ports.push_back(port);
    }
  }
  return ports;
}

}  // namespace

OpenBao::OpenBao() : root_token_("canary-secret-of-root") {
  const auto ports = ports_with_a_free_one_behind(2);
  port_ = ports[0];
  tls_port_ = ports[1];
  const auto server = authority_.issue(sandbox::server_profile());
  folder_.write("server.pem", server.certificate);
  folder_.write("server.key", server.private_key);
  folder_.write("tls.hcl", "listener \"tcp\" {\n  address = \"127.0.0.1:" + std::to_string(tls_port_) +
                               "\"\n  tls_cert_file = \"" + folder_.path("server.pem") + "\"\n  tls_key_file = \"" +
                               folder_.path("server.key") + "\"\n}\n");
  start();
}

void OpenBao::start() {
  process_.emplace(
      std::vector<std::string>{kProgram, "server", "-dev", "-dev-root-token-id=" + root_token_, "-dev-no-store-token",
                               "-dev-listen-address=127.0.0.1:" + std::to_string(port_),
                               "-config=" + folder_.path("tls.hcl")},
      folder_.path("log"));
  wait_until_it_listens(*process_, port_, folder_.path("log"));
  wait_until_it_listens(*process_, tls_port_, folder_.path("log"));
}

std::string OpenBao::unseal_key() const {
  const std::string log = read_file(folder_.path("log"));
  constexpr std::string_view kBefore = "Unseal Key: ";
  const auto at = log.rfind(kBefore);
  if (at == std::string::npos) throw std::runtime_error("no unseal key in the log of OpenBao");
  return log.substr(at + kBefore.size(), log.find('\n', at) - at - kBefore.size());
}

std::string OpenBao::run(const std::string& words, const std::string& input) const {
  const std::string in = folder_.write("input", input);
  return printed_by("BAO_ADDR=" + url() + " BAO_TOKEN=" + root_token_ + " " + kProgram + " " + words + " <" + in);
}

}  // namespace easypost_connect::interop
