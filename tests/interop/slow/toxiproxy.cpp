// SPDX-License-Identifier: Apache-2.0
#include "toxiproxy.hpp"

#include <httplib.h>

#include <stdexcept>

namespace easypost_connect::interop {
namespace {

std::string address(int port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace

Toxiproxy::Toxiproxy(int server_port) {
  const std::string log = folder_.path("log");
  process_.emplace(
      std::vector<std::string>{INTEROP_TOXIPROXY, "-host", "127.0.0.1", "-port", std::to_string(control_port_)}, log);
  wait_until_it_listens(*process_, control_port_, log);
  tell("/proxies", {{"name", "way"}, {"listen", address(port_)}, {"upstream", address(server_port)}});
}

void Toxiproxy::add(const Toxic& toxic) {
  if (toxic.type == kDisabled.type) {
    tell("/proxies/way", {{"enabled", false}});
  } else {
    tell("/proxies/way/toxics", {{"type", toxic.type}, {"stream", toxic.stream}, {"attributes", toxic.attributes}});
  }
}

void Toxiproxy::heal() { tell("/reset", nlohmann::json::object()); }

void Toxiproxy::tell(const std::string& path, const nlohmann::json& body) {
  httplib::Client control("127.0.0.1", control_port_);
  const auto answer = control.Post(path, body.dump(), "application/json");
  if (!answer || answer->status / 100 != 2) {
    throw std::runtime_error("Toxiproxy refuses " + path + ": " + (answer ? answer->body : "no answer"));
  }
}

}  // namespace easypost_connect::interop
