// SPDX-License-Identifier: Apache-2.0
// Submits one file to a workflow: prepares the job, then uploads the file to the presigned URL of the answer.
//   submit_file WORKFLOW_ID FILE
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>

using namespace easypost_connect;

namespace {

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.describe().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: submit_file WORKFLOW_ID FILE\n"), 2;
  const std::filesystem::path path = argv[2];
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::fprintf(stderr, "cannot open %s\n", path.c_str()), 2;
  std::string content{std::istreambuf_iterator<char>(file), {}};

  auto client = ConnectClient::from_environment();
  if (!client) return fail(client.error());

  // The body of this call is not documented; these are the fields of its documented sibling, POST /jobs/payload-pdf.
  const std::string name = path.filename().string();
  const nlohmann::json job = {{"workflowId", argv[1]}, {"jobName", "submit_file " + name}, {"filename", name}};
  const auto prepared = client->post("/jobs/single-file", job.dump());
  if (!prepared) return fail(prepared.error());
  const auto answer = parse_json(*prepared);
  if (!answer) return fail(answer.error());

  const auto uploaded = client->upload(answer->value("fileUploadUrl", ""), std::move(content));
  if (!uploaded) return fail(uploaded.error());
  std::printf("job %s: %s uploaded\n", answer->value("id", "?").c_str(), name.c_str());
}
