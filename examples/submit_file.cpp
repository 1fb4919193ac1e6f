// SPDX-License-Identifier: Apache-2.0
// Submits one file to a workflow: prepares the job, then uploads the file to the presigned URL of the answer. The file
// may be of any size: it is read while it is sent.
//   submit_file WORKFLOW_ID FILE
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>

using namespace easypost_connect;

namespace {

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.describe().c_str());
  return 1;
}

void show(const Progress& progress) {
  std::fprintf(stderr, "\r%ju of %ju bytes", std::uintmax_t{progress.sent},
               std::uintmax_t{progress.to_send.value_or(0)});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: submit_file WORKFLOW_ID FILE\n"), 2;
  const std::filesystem::path path = argv[2];
  if (!std::filesystem::is_regular_file(path)) return std::fprintf(stderr, "%s is no file\n", path.c_str()), 2;

  auto client = ConnectClient::from_environment();
  if (!client) return fail(client.error());

  // The body of this call is not documented; these are the fields of its documented sibling, POST /jobs/payload-pdf.
  const std::string name = path.filename().string();
  const nlohmann::json job = {{"workflowId", argv[1]}, {"jobName", "submit_file " + name}, {"filename", name}};
  const auto prepared = client->post("/jobs/single-file", job.dump());
  if (!prepared) return fail(prepared.error());
  const auto answer = parse_json(*prepared);
  if (!answer) return fail(answer.error());

  CallOptions options;
  options.timeout = std::chrono::minutes(10);
  options.progress = show;
  const auto uploaded = client->upload(answer->value("fileUploadUrl", ""), Body::from_file(path.string()), options);
  std::fprintf(stderr, "\n");
  if (!uploaded) return fail(uploaded.error());
  std::printf("job %s: %s uploaded\n", answer->value("id", "?").c_str(), name.c_str());
}
