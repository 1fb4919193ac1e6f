// SPDX-License-Identifier: Apache-2.0
// Jobs and uploads of the sandbox.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox_caller.hpp"

namespace easypost_connect {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::RawAnswer;
using testing::RawRequest;
using testing::SandboxCaller;
using testing::send_once;

SandboxOptions seven_jobs_in_pages_of_three() {
  SandboxOptions options;
  options.jobs = 7;
  options.page_size = 3;
  return options;
}

TEST(SandboxJobs, ComeInPagesByAscendingStart) {
  SandboxCaller caller(seven_jobs_in_pages_of_three());
  std::string after;
  std::string last_start;
  std::string sizes;
  for (json page; sizes.empty() || !page.empty();) {
    page = json::parse(caller.get("/jobs" + (after.empty() ? "" : "?after=" + after)).body);
    sizes += std::to_string(page.size());
    for (const json& job : page) {
      EXPECT_LT(last_start, job.at("startDate").get<std::string>());
      last_start = job.at("startDate").get<std::string>();
      after = job.at("id").get<std::string>();
    }
  }
  EXPECT_EQ(sizes, "3310");
}

TEST(SandboxJobs, MayBeAskedForInSmallerPagesOnly) {
  SandboxCaller caller(seven_jobs_in_pages_of_three());
  EXPECT_EQ(json::parse(caller.get("/jobs?maxItems=2").body).size(), 2U);
  EXPECT_EQ(json::parse(caller.get("/jobs?maxItems=9").body).size(), 3U);
  for (const char* wrong : {"0", "-1", "2x", ""})
    EXPECT_EQ(caller.get(std::string("/jobs?maxItems=") + wrong).status, 400);
  EXPECT_EQ(caller.get("/jobs?after=nobody").status, 400);
}

TEST(SandboxJobs, AreFoundByTheirId) {
  SandboxCaller caller;
  const json first = json::parse(caller.get("/jobs").body).at(0);
  EXPECT_EQ(json::parse(caller.get("/jobs/" + first.at("id").get<std::string>()).body), first);
  EXPECT_EQ(caller.get("/jobs/nobody").status, 404);
}

TEST(SandboxJobs, NameTheFieldThatIsMissing) {
  SandboxCaller caller;
  const json complete = {{"workflowId", "w"}, {"jobName", "j"}, {"filename", "f.pdf"}};
  for (const char* field : {"workflowId", "jobName", "filename"}) {
    json body = complete;
    body.erase(field);
    const RawAnswer answer = caller.post("/jobs/single-file", body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr(field));
    body[field] = 1;
    EXPECT_EQ(caller.post("/jobs/single-file", body).status, 400);
  }
  EXPECT_EQ(caller.post("/jobs/single-file", json::array()).status, 400);
}

/// A job that waits for its file.
class SandboxUpload : public ::testing::Test {
 protected:
  void SetUp() override {
    const RawAnswer answer =
        caller_.post("/jobs/single-file", {{"workflowId", "w"}, {"jobName", "j"}, {"filename", "f.pdf"}});
    ASSERT_EQ(answer.status, 201) << answer.body;
    job_ = json::parse(answer.body);
    upload_ = caller_.bare(job_.at("fileUploadUrl").get<std::string>());
    upload_.method = "PUT";
    upload_.body = std::string("%PDF\0 bytes", 11);
  }

  std::string status() {
    return json::parse(caller_.get("/jobs/" + job_.at("id").get<std::string>()).body).at("status").get<std::string>();
  }

  SandboxCaller caller_;
  json job_;
  RawRequest upload_;
};

TEST_F(SandboxUpload, MovesTheJobOn) {
  EXPECT_EQ(job_.at("status"), "AWAITING_FOR_FILE");
  EXPECT_EQ(status(), "AWAITING_FOR_FILE");
  EXPECT_EQ(send_once(upload_).status, 200);
  EXPECT_EQ(status(), "PROCESSING");
  EXPECT_EQ(caller_.sandbox.counters().uploads, 1U);
  EXPECT_EQ(caller_.sandbox.counters().leaked_credentials, 0U);
}

TEST_F(SandboxUpload, WorksOnce) {
  EXPECT_EQ(send_once(upload_).status, 200);
  EXPECT_EQ(send_once(upload_).status, 403);
  EXPECT_EQ(caller_.sandbox.counters().uploads, 1U);
}

TEST_F(SandboxUpload, NeedsItsSignature) {
  RawRequest wrong = upload_;
  wrong.url.back() = wrong.url.back() == '0' ? '1' : '0';
  EXPECT_EQ(send_once(wrong).status, 403);
  wrong.url = upload_.url.substr(0, upload_.url.find('?'));
  EXPECT_EQ(send_once(wrong).status, 403);
  wrong = upload_;
  wrong.method = "POST";
  EXPECT_EQ(send_once(wrong).status, 403);
  EXPECT_EQ(status(), "AWAITING_FOR_FILE");
}

TEST_F(SandboxUpload, RefusesAndCountsEveryCredential) {
  RawRequest leaking = upload_;
  leaking.headers = {caller_.api_key_header(), "authorization: Bearer " + caller_.token()};
  leaking.client_certificate = caller_.value("CLIENT_CERT");
  leaking.client_key = caller_.value("CLIENT_KEY");
  const RawAnswer answer = send_once(leaking);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("client certificate, x-api-key, Authorization"));
  EXPECT_EQ(caller_.sandbox.counters().leaked_credentials, 3U);
  EXPECT_EQ(status(), "AWAITING_FOR_FILE");
  EXPECT_EQ(send_once(upload_).status, 200);
}

TEST_F(SandboxUpload, EchoesTheManagedCompany) {
  RawRequest request = caller_.call("/jobs/single-file");
  request.method = "POST";
  request.body = R"({"workflowId":"w","jobName":"j","filename":"f.pdf"})";
  request.headers.emplace_back("x-managed-company-id: company-7");
  EXPECT_EQ(json::parse(caller_.https.send(request).body).at("managedCompanyId"), "company-7");
  EXPECT_FALSE(job_.contains("managedCompanyId"));
}

}  // namespace
}  // namespace easypost_connect
