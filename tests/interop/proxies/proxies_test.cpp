// SPDX-License-Identifier: Apache-2.0
// Logins at Squid, blocking and asynchronous: a right one passes, and an Error says what is wrong with another.
#include <stdlib.h>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "proxies/kerberos_realm.hpp"
#include "proxies/squid.hpp"

namespace easypost_connect::interop {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Sandbox& sandbox() {
  static auto shared = Sandbox::start().value();
  return shared;
}

ConnectClient client_through(const std::string& proxy) {
  ::setenv("https_proxy", proxy.c_str(), 1);
  ClientOptions options = sandbox().client_options();
  options.retry.max_attempts = 1;
  return ConnectClient::create(std::move(options)).value();
}

void expect_passed(const Squid& squid, const std::string& login) {
  SCOPED_TRACE("as \"" + login.substr(0, login.find(':')) + "\"");
  const auto before = sandbox().counters().api_requests;
  auto client = client_through(squid.url(login));
  const auto got = client.get("/jobs");
  EXPECT_TRUE(got) << got.error().describe();
  const auto posted = client.post("/jobs/single-file", R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})");
  EXPECT_TRUE(posted) << posted.error().describe();
  Request request;
  request.path = "/jobs";
  const auto later = send_future(client, request).get();
  EXPECT_TRUE(later) << later.error().describe();
  EXPECT_EQ(sandbox().counters().api_requests - before, 3U) << "nothing is sent twice";
}

void expect_refused(const Squid& squid, const std::string& login, const std::string& says) {
  SCOPED_TRACE(says);
  auto client = client_through(squid.url(login));
  Request request;
  request.path = "/jobs";
  for (const auto& answer : {client.get("/jobs"), send_future(client, request).get()}) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().factor, Factor::kNetwork);
    EXPECT_TRUE(answer.error().never_sent);
    EXPECT_THAT(answer.error().describe(), HasSubstr(says));
    EXPECT_THAT(answer.error().describe(), HasSubstr("https_proxy"));
    EXPECT_THAT(answer.error().describe(), Not(HasSubstr("canary-secret")));
  }
}

constexpr const char* kWrong = "user:canary-secret-wrong";

TEST(ProxySquid, TakesAUserByBasic) {
  const Squid squid({Scheme::kBasic});
  expect_passed(squid, Squid::kEncoded);
  expect_refused(squid, kWrong, "refused the user or the password it was given (407; it offers Basic)");
  expect_refused(squid, "", "wants a user and a password of its own (407; it offers Basic)");
  EXPECT_THAT(squid.access_log(), HasSubstr(" user "));
}

TEST(ProxySquid, TakesAUserByDigest) {
  const Squid squid({Scheme::kDigest});
  expect_passed(squid, Squid::kEncoded);
  expect_refused(squid, kWrong, "refused the user or the password it was given (407; it offers Digest)");
  expect_refused(squid, "", "it offers Digest");
}

TEST(ProxySquid, TakesAUserByNtlm) {
  const Squid squid({Scheme::kNtlm});
  expect_passed(squid, Squid::kEncoded);
  expect_refused(squid, "", "it offers NTLM");
  expect_refused(Squid({Scheme::kRefusedNtlm}), kWrong, "refused the user or the password it was given");
}

TEST(ProxySquid, TakesAKerberosTicket) {
  const KerberosRealm realm;
  const Squid squid({Scheme::kNegotiate}, realm.keytab_of_proxy());
  expect_refused(squid, ":", "got no Kerberos ticket that it accepts (407; it offers Negotiate)");
  realm.get_ticket();
  expect_passed(squid, ":");
  EXPECT_THAT(squid.access_log(), HasSubstr(" user@PROXY.TEST "));
  expect_refused(squid, "", "wants a Kerberos ticket");
  expect_refused(squid, kWrong, "takes a Kerberos ticket, and no user and password");
  realm.drop_ticket();
  expect_refused(squid, ":", "kinit");
}

// A proxy in a domain of Windows offers these three. libcurl alone would try Negotiate and give up without a ticket.
TEST(ProxySquid, TakesWhicheverOfAllIsGiven) {
  const KerberosRealm realm;
  const Squid squid({Scheme::kNegotiate, Scheme::kDigest, Scheme::kBasic}, realm.keytab_of_proxy());
  expect_passed(squid, Squid::kEncoded);
  expect_refused(squid, ":", "Negotiate, Digest, Basic");
  realm.get_ticket();
  expect_passed(squid, Squid::kEncoded);
  expect_passed(squid, ":");
  expect_refused(squid, kWrong, "refused the user or the password");
}

TEST(ProxySquid, SaysThatItCannotReachTheServer) {
  const Squid squid({Scheme::kBasic});
  ::setenv("https_proxy", squid.url(Squid::kEncoded).c_str(), 1);
  ClientOptions options = sandbox().client_options();
  options.environment.token_url = "https://localhost:1/token";
  options.retry.max_attempts = 1;
  const auto answer = ConnectClient::create(std::move(options)).value().get("/jobs");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().describe(), HasSubstr("could not reach the server (503)"));
  EXPECT_TRUE(answer.error().retryable);
}

}  // namespace
}  // namespace easypost_connect::interop
