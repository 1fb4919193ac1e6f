// SPDX-License-Identifier: Apache-2.0
// Lists all jobs of the environment that the EASYPOST_CONNECT_* variables describe.
#include <cstdio>
#include <string>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>

using namespace easypost_connect;

namespace {

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.describe().c_str());
  return 1;
}

std::string text(const nlohmann::json& job, const char* field) {
  const auto value = job.find(field);
  return value != job.end() && value->is_string() ? value->get<std::string>() : "-";
}

/// The documentation does not say how a page looks: a bare array, or an array inside an object.
nlohmann::json items_of(const nlohmann::json& page) {
  if (page.is_array()) return page;
  for (const auto& member : page) {
    if (member.is_array()) return member;
  }
  return nlohmann::json::array();
}

}  // namespace

int main() {
  auto client = ConnectClient::from_environment();
  if (!client) return fail(client.error());

  std::size_t count = 0;
  for (std::string last_id;;) {
    CallOptions options;
    if (!last_id.empty()) options.query = {{"after", last_id}};  // documented: the id of the last item received
    const auto response = client->get("/jobs", options);
    if (!response) return fail(response.error());
    const auto page = parse_json(*response);
    if (!page) return fail(page.error());

    const auto jobs = items_of(*page);
    if (jobs.empty()) break;  // the documentation names no end marker; an empty page is safe
    for (const auto& job : jobs) {
      std::printf("%-38s %-22s %s\n", text(job, "id").c_str(), text(job, "status").c_str(),
                  text(job, "jobName").c_str());
      ++count;
    }
    last_id = text(jobs.back(), "id");
  }
  std::printf("%zu jobs\n", count);
}
