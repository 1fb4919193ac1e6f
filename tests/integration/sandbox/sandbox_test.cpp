// SPDX-License-Identifier: Apache-2.0
// These tests show the sandbox as a server: faults, connections, log, start and end.
#include <chrono>
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/certificate_authority.hpp"
#include "sandbox_caller.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::RawAnswer;
using testing::RawHttps;
using testing::RawRequest;
using testing::SandboxCaller;
using testing::send_once;

SandboxFault fault_with_status(int status) {
  SandboxFault fault;
  fault.status = status;
  return fault;
}

TEST(SandboxFaults, ReplaceTheNextAnswersInOrder) {
  SandboxCaller caller;
  SandboxFault busy = fault_with_status(503);
  busy.headers = {{"retry-after", "7"}, {"content-type", "text/html"}};
  busy.body = "<html>busy</html>";
  busy.times = 2;
  caller.sandbox.inject(SandboxHost::kApi, busy);
  caller.sandbox.inject(SandboxHost::kApi, fault_with_status(204));

  const RawAnswer first = caller.get("/jobs");
  EXPECT_EQ(first.status, 503);
  EXPECT_EQ(first.header("retry-after"), "7");
  EXPECT_EQ(first.header("content-type"), "text/html");
  EXPECT_EQ(first.body, busy.body);
  EXPECT_EQ(caller.get("/jobs").status, 503);
  EXPECT_EQ(send_once(caller.certified("/jobs")).status, 204);  // the fault comes before the credentials are looked at
  EXPECT_EQ(caller.get("/jobs").status, 200);
  EXPECT_EQ(caller.sandbox.counters().api_requests, 4U);
}

TEST(SandboxFaults, BelongToOneHost) {
  SandboxCaller caller;
  caller.sandbox.inject(SandboxHost::kOAuth, fault_with_status(500));
  caller.sandbox.inject(SandboxHost::kStorage, fault_with_status(502));
  EXPECT_EQ(caller.https.send(caller.token_request(caller.good_form())).status, 500);
  EXPECT_EQ(send_once(caller.bare(caller.sandbox.url(SandboxHost::kStorage))).status, 502);
  EXPECT_EQ(caller.get("/jobs").status, 200);
}

TEST(SandboxFaults, AnswerAPostWithoutLosingTheConnection) {
  SandboxCaller caller;
  caller.sandbox.inject(SandboxHost::kApi, fault_with_status(500));
  EXPECT_EQ(caller.post("/jobs/single-file", {{"workflowId", "w"}}).status, 500);
  const RawAnswer next = caller.post("/jobs/single-file", {{"workflowId", "w"}});
  EXPECT_EQ(next.status, 400);
  EXPECT_EQ(caller.sandbox.counters().api_handshakes, caller.sandbox.counters().api_requests - 1);
}

TEST(SandboxFaults, CanBreakAnAnswerOffInTheMiddle) {
  SandboxCaller caller;
  SandboxFault cut = fault_with_status(200);
  cut.body = "half";
  cut.announce_more_bytes = 4;
  caller.sandbox.inject(SandboxHost::kApi, cut);
  const RawAnswer answer = caller.get("/jobs");
  EXPECT_NE(answer.code, CURLE_OK);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-length"), "8");
  EXPECT_EQ(answer.body, "half");
}

TEST(SandboxFaults, CanHaveALargeBody) {
  SandboxCaller caller;
  SandboxFault large = fault_with_status(200);
  large.body.assign(std::size_t{50} * 1024 * 1024, 'x');
  caller.sandbox.inject(SandboxHost::kApi, large);
  const RawAnswer answer = caller.get("/jobs");
  EXPECT_EQ(answer.code, CURLE_OK) << answer.error;
  EXPECT_TRUE(answer.body == large.body);
}

TEST(SandboxFaults, CanKeepACallerWaiting) {
  SandboxCaller caller;
  SandboxFault slow = fault_with_status(200);
  slow.delay = 100ms;
  caller.sandbox.inject(SandboxHost::kApi, slow);
  const RawRequest request = caller.call("/jobs");
  const auto start = steady_clock::now();
  EXPECT_EQ(caller.https.send(request).status, 200);
  EXPECT_GE(steady_clock::now() - start, slow.delay);
}

TEST(SandboxConnections, AreDroppedOnRequest) {
  SandboxCaller caller;
  const RawRequest request = caller.call("/jobs");
  EXPECT_EQ(caller.https.send(request).new_connections, 1);
  EXPECT_EQ(caller.https.send(request).new_connections, 0);
  caller.sandbox.close_connections();
  const RawAnswer answer = caller.https.send(request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.new_connections, 1);
}

TEST(SandboxConnections, MayBeMany) {
  SandboxCaller caller;
  const RawRequest request = caller.call("/jobs");
  std::vector<RawHttps> clients(40);  // all stay open
  std::vector<std::thread> threads;
  for (RawHttps& client : clients) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send(request).status, 200);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(caller.sandbox.counters().api_handshakes, clients.size());
  EXPECT_EQ(caller.sandbox.counters().api_requests, 3 * clients.size());
}

TEST(SandboxEnd, DoesNotWaitForIdleConnections) {
  RawHttps https;  // keeps its connection open beyond the end of the sandbox
  auto caller = std::make_unique<SandboxCaller>();
  EXPECT_EQ(https.send(caller->call("/jobs")).status, 200);
  const auto start = steady_clock::now();
  caller.reset();
  EXPECT_LT(steady_clock::now() - start, 30s);  // the sandbox keeps an idle connection for 60 s
}

TEST(SandboxEnd, DoesNotWaitForADelayedAnswer) {
  auto caller = std::make_unique<SandboxCaller>();
  SandboxFault slow = fault_with_status(200);
  slow.delay = 1h;
  caller->sandbox.inject(SandboxHost::kApi, slow);
  const RawRequest request = caller->call("/jobs");
  std::thread waiting([&] { EXPECT_NE(send_once(request).code, CURLE_OK); });
  while (caller->sandbox.counters().api_requests == 0) std::this_thread::yield();
  caller.reset();
  waiting.join();
}

TEST(SandboxStart, RefusesOptionsThatCannotWork) {
  SandboxOptions no_page;
  no_page.page_size = 0;
  EXPECT_EQ(Sandbox::start(no_page).error().code, ErrorCode::kInvalidOption);
  SandboxOptions negative;
  negative.token_life = -1s;
  EXPECT_EQ(Sandbox::start(negative).error().code, ErrorCode::kInvalidOption);
  SandboxOptions not_pem;
  not_pem.client_ca = "not PEM";
  EXPECT_THAT(Sandbox::start(not_pem).error().message, HasSubstr("reading a certificate"));
  SandboxOptions no_authority;
  no_authority.authority = "not PEM";
  const Error refused = Sandbox::start(no_authority).error();
  EXPECT_EQ(refused.code, ErrorCode::kInvalidOption);
  EXPECT_THAT(refused.message, HasSubstr("neither a certificate nor a private key"));
}

TEST(SandboxStart, GivesEverySandboxItsOwnPortsAndCredentials) {
  std::set<std::string> seen;
  std::vector<Sandbox> sandboxes;
  for (int i = 0; i < 3; ++i) sandboxes.push_back(Sandbox::start().value());
  for (const Sandbox& sandbox : sandboxes) {
    for (const auto host : {SandboxHost::kApi, SandboxHost::kOAuth, SandboxHost::kStorage}) {
      const std::string url = sandbox.url(host);
      EXPECT_LT(std::stoi(url.substr(url.rfind(':') + 1)), 32768);
      EXPECT_TRUE(seen.insert(url).second);
    }
    for (const auto& [name, value] : sandbox.environment()) {
      if (name == "EASYPOST_CONNECT_CLIENT_ID") continue;
      EXPECT_TRUE(seen.insert(value).second || name.find("_URL") != std::string::npos) << name;
    }
  }
}

TEST(SandboxStart, LeavesSigpipeToTheHostProgram) {
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &before), 0);
  const Sandbox sandbox = Sandbox::start().value();
  struct sigaction after {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &after), 0);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(SandboxOptionsForClients, HoldWhatTheEnvironmentSays) {
  SandboxCaller caller;
  const ClientOptions options = caller.sandbox.client_options();
  EXPECT_EQ(options.environment.api_url, caller.value("API_URL"));
  EXPECT_EQ(options.environment.token_url, caller.value("TOKEN_URL"));
  EXPECT_TRUE(options.server_ca.content() == Secret(caller.value("CA_FILE")));
  EXPECT_TRUE(options.credentials.client_certificate.certificate.content() == Secret(caller.value("CLIENT_CERT")));
  EXPECT_TRUE(options.credentials.client_certificate.private_key.content() == Secret(caller.value("CLIENT_KEY")));
  EXPECT_TRUE(options.credentials.api_key == Secret(caller.value("API_KEY")));
  EXPECT_EQ(options.credentials.oauth_client.id, caller.value("CLIENT_ID"));
  EXPECT_TRUE(options.credentials.oauth_client.secret == Secret(caller.value("CLIENT_SECRET")));
}

TEST(SandboxLog, ShowsEveryLayerAndNoCredential) {
  std::vector<std::string> lines;
  SandboxOptions options;
  options.log = [&lines](std::string_view line) { lines.emplace_back(line); };
  {
    SandboxCaller caller(options);
    caller.get("/jobs/" + caller.value("CLIENT_ID") + "?key=" + caller.value("API_KEY"));
    const auto job = caller.post("/jobs/single-file", {{"workflowId", "w"}, {"jobName", "j"}, {"filename", "f.pdf"}});
    RawRequest upload = caller.bare(nlohmann::json::parse(job.body).at("fileUploadUrl").get<std::string>());
    upload.method = "PUT";
    upload.body = "x";
    upload.headers = {caller.api_key_header()};
    send_once(upload);
    upload.headers.clear();
    send_once(upload);
    send_once(caller.certified("/jobs"));
    send_once(caller.bare(caller.value("API_URL") + "/jobs"));
  }
  EXPECT_THAT(lines,
              Contains(AllOf(HasSubstr("api     handshake 1: TLSv1.3"), HasSubstr("CN=sandbox-client accepted"))));
  EXPECT_THAT(
      lines,
      Contains(HasSubstr("oauth   POST /oauth2/token -> 200 (token issued to sandbox-client, expires in 3600 s")));
  EXPECT_THAT(lines, Contains(HasSubstr("-> 404 (client certificate ok, x-api-key ok, bearer token ok)")));
  EXPECT_THAT(lines, Contains(HasSubstr("api     GET /jobs -> 403 (client certificate ok, x-api-key missing)")));
  EXPECT_THAT(lines, Contains("api     handshake refused: peer did not return a certificate"));
  EXPECT_THAT(lines, Contains(HasSubstr("-> 400 (leaked: x-api-key)")));
  EXPECT_THAT(lines, Contains(HasSubstr("-> 200 (no credentials, signature ok, 1 bytes)")));
  // EXPECT_THAT would print the very thing that must not be printed.
  for (const std::string& line : lines) EXPECT_TRUE(line.find("sandbox-secret") == std::string::npos);
}

TEST(SandboxLog, CannotBeForged) {
  const sandbox::CertificateAuthority authority;
  std::vector<std::string> lines;
  SandboxOptions options;
  options.client_ca = authority.certificate();
  options.log = [&lines](std::string_view line) { lines.emplace_back(line); };
  {
    SandboxCaller caller(options);
    sandbox::CertificateProfile profile;
    profile.common_name = "x\napi forged\x1b[2J";
    const sandbox::IssuedCertificate client = authority.issue(profile);
    RawRequest request = caller.call("/jobs%0Aapi%1B[2J");
    request.client_certificate = client.certificate;
    request.client_key = client.private_key;
    EXPECT_EQ(send_once(request).status, 404);
  }
  EXPECT_THAT(lines, Contains(HasSubstr("CN=x?api forged?[2J accepted")));
  EXPECT_THAT(lines, Contains(HasSubstr("GET /jobs%0Aapi%1B[2J -> 404")));
  for (const std::string& line : lines) EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos);
}

TEST(SandboxAssumptions, AreListedOnceEach) {
  std::set<std::string_view> subjects;
  for (const SandboxAssumption& assumption : Sandbox::assumptions()) {
    EXPECT_FALSE(assumption.choice.empty());
    EXPECT_TRUE(subjects.insert(assumption.subject).second) << assumption.subject;
  }
  EXPECT_GT(subjects.size(), 20U);
}

}  // namespace
}  // namespace easypost_connect
