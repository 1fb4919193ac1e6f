// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/version.hpp>

#if __has_include("core/text.hpp") || __has_include(<core/text.hpp>)
#error "the SDK's internals are visible to its users"
#endif

int main() {
  const auto client = easypost_connect::ConnectClient::create({});
  std::cout << EASYPOST_CONNECT_VERSION << ": " << (client ? "a client from nothing?" : client.error().describe())
            << "\n";
  return client ? 1 : 0;  // no credentials: an Error, as a value
}
