// SPDX-License-Identifier: Apache-2.0
// Uses each library of the package that was built.
#include <iostream>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>
#ifdef WITH_SANDBOX
#include <easypost_connect/sandbox.hpp>
#endif

using namespace easypost_connect;

int main() {
  const auto nothing = ConnectClient::create({});
  if (nothing || parse_json(Response{})) return 1;  // neither credentials nor JSON
  std::cout << nothing.error().describe() << "\n";
#ifdef WITH_SANDBOX
  const auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  const auto response = client.get("/jobs");
  if (!response || !parse_json(*response)) return 1;
  std::cout << response->status << "\n";
#endif
}
