// SPDX-License-Identifier: Apache-2.0
// A plug-in with the library inside, for plug_in_host.cpp.
#include <easypost_connect/connect_client.hpp>

/// 0: it has made a call.
extern "C" int use() {
  auto client = easypost_connect::ConnectClient::from_environment();
  return client && client->get("/jobs") ? 0 : 1;
}
