// SPDX-License-Identifier: Apache-2.0
#include "service.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace easypost_connect::benchmark {
namespace {

std::string optional_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

std::string variable(const std::string& name) {
  std::string value = optional_variable(name);
  if (value.empty()) throw std::runtime_error(name + " is not set: run under a server that sets it");
  return value;
}

}  // namespace

Service Service::from_environment() {
  Service service;
  service.api_url = variable("EASYPOST_CONNECT_API_URL");
  service.token_url = variable("EASYPOST_CONNECT_TOKEN_URL");
  service.certificate = variable("EASYPOST_CONNECT_CLIENT_CERT");
  service.private_key = variable("EASYPOST_CONNECT_CLIENT_KEY");
  service.authority = optional_variable("EASYPOST_CONNECT_CA_FILE");
  service.api_key = variable("EASYPOST_CONNECT_API_KEY");
  service.client_id = variable("EASYPOST_CONNECT_CLIENT_ID");
  service.client_secret = variable("EASYPOST_CONNECT_CLIENT_SECRET");
  return service;
}

std::string Service::token_form() const {
  return "grant_type=client_credentials&client_id=" + client_id + "&client_secret=" + client_secret;
}

Target::Target(const std::string& url) {
  const std::size_t host_begin = url.find("//") + 2;
  const std::size_t colon = url.find(':', host_begin);
  const std::size_t path_begin = std::min(url.find('/', host_begin), url.size());
  host = url.substr(host_begin, colon - host_begin);
  port = url.substr(colon + 1, path_begin - colon - 1);
  path = url.substr(path_begin);
}

std::string access_token_in(const std::string& answer) {
  const std::string field = "\"access_token\"";
  const std::size_t name = answer.find(field);
  const std::size_t begin = name == std::string::npos ? name : answer.find('"', name + field.size());
  const std::size_t end = begin == std::string::npos ? begin : answer.find('"', begin + 1);
  if (end == std::string::npos) throw std::runtime_error("no access token in the answer");
  return answer.substr(begin + 1, end - begin - 1);
}

}  // namespace easypost_connect::benchmark
