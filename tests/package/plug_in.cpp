// SPDX-License-Identifier: Apache-2.0
// A plug-in with the library inside, for plug_in_host.cpp.
#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

/// Returns 0 if it made a blocking call and an asynchronous one.
extern "C" [[gnu::visibility("default")]] int use() {
  auto client = easypost_connect::ConnectClient::from_environment();
  if (!client || !client->get("/jobs")) return 1;
  easypost_connect::Request request;
  request.path = "/jobs";
  return easypost_connect::send_future(*client, request).get() ? 0 : 1;
}
