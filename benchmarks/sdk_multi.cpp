// SPDX-License-Identifier: Apache-2.0
#include "sdk_multi.hpp"

#include <cstdio>
#include <cstdlib>

namespace easypost_connect::benchmark {
namespace {

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  std::_Exit(1);
}

void send(ConnectClient& client, Load& load, const std::string& path) {
  client.send_async({Method::kGet, path}, [&client, &load, &path, sent = Clock::now()](const Result<Response>& result) {
    if (!result) give_up(result.error());
    if (load.next(sent)) send(client, load, path);
  });
}

}  // namespace

void keep_in_flight(ConnectClient& client, Load& load, std::size_t width, const std::string& path) {
  for (std::size_t i = 0; i < width && load.start(); ++i) send(client, load, path);
  load.wait_for_all();
}

}  // namespace easypost_connect::benchmark
