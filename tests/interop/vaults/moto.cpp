// SPDX-License-Identifier: Apache-2.0
#include "moto.hpp"

#include <stdexcept>

#include "loopback.hpp"
#include "plain_post.hpp"

namespace easypost_connect::interop {

Moto::Moto() {
  const auto ports = free_ports(2);
  port_ = ports[0];
  local_port_ = ports[1];
  start();
}

void Moto::start() {
  process_.emplace(
      std::vector<std::string>{"env", "PYTHONPATH=" VAULT_MOTO, "python3", INTEROP_SOURCE_DIR "/vaults/moto_world.py",
                               std::to_string(port_), std::to_string(local_port_), folder_.path("known")},
      folder_.path("log"));
  wait_until_it_listens(*process_, local_port_, folder_.path("log"));
}

void Moto::store(const std::string& text) const { post_plainly(local_port_, "/easypost/acc", "text/plain", text); }

std::string Moto::known(const std::string& name) const {
  const std::string all = '\n' + read_file(folder_.path("known"));
  const std::string before = '\n' + name + '=';
  const auto at = all.find(before);
  if (at == std::string::npos) throw std::runtime_error("moto_world.py tells nothing of " + name);
  const auto begin = at + before.size();
  return all.substr(begin, all.find('\n', begin) - begin);
}

}  // namespace easypost_connect::interop
