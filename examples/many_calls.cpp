// SPDX-License-Identifier: Apache-2.0
// Asks for many jobs, up to 100 at a time on one connection: those named on the standard input, an id a line.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include <easypost_connect/async.hpp>
#include <easypost_connect/json.hpp>

using namespace easypost_connect;

int main() {
  auto client = ConnectClient::from_environment();
  if (!client) return std::fprintf(stderr, "%s\n", client.error().describe().c_str()), 1;

  std::vector<Request> requests;
  for (std::string id; std::getline(std::cin, id);) requests.push_back({Method::kGet, "/jobs/" + id, {}, {}});

  ForEachOptions options;
  options.order = Order::kAsRequested;
  std::size_t failed = 0;
  for_each(
      *client, requests,
      [&](std::size_t index, const Result<Response>& response) {
        const auto job = response ? parse_json(*response) : Result<nlohmann::json>(response.error());
        if (!job) {
          ++failed;
          std::fprintf(stderr, "%s: %s\n", requests[index].path.c_str(), job.error().describe().c_str());
        } else {
          std::printf("%s %s\n", requests[index].path.c_str(), job->value("status", "-").c_str());
        }
      },
      options);
  return failed == 0 ? 0 : 1;
}
