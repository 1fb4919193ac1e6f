// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>
#include <easypost_connect/sandbox.hpp>
#include <easypost_connect/vaults.hpp>

#if defined(NEWER_JSON) && NLOHMANN_JSON_VERSION_MINOR < 12
#error "another nlohmann/json than the project's own"
#endif

int main() {
  const auto sandbox = easypost_connect::Sandbox::start().value();
  auto client = easypost_connect::ConnectClient::create(sandbox.client_options()).value();
  const auto response = client.get("/jobs").value();
  const auto jobs = easypost_connect::parse_json(response).value();
  std::cout << response.status << ", " << jobs.size() << " fields\n";
  const auto of_a_vault = easypost_connect::vaults::from_references({"file:/etc/easypost/client.pem"});
  return sandbox.counters().api_refused == 0 && of_a_vault ? 0 : 1;
}
