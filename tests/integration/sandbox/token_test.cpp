// SPDX-License-Identifier: Apache-2.0
// These tests hold the token endpoint of the sandbox against RFC 6749.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox_caller.hpp"

namespace easypost_connect {
namespace {

using nlohmann::json;
using testing::RawAnswer;
using testing::RawRequest;
using testing::SandboxCaller;

class SandboxTokenEndpoint : public ::testing::Test {
 protected:
  RawAnswer post(const std::string& form) { return caller_.https.send(caller_.token_request(form)); }

  RawAnswer post_as(const std::string& authorization, const std::string& form) {
    RawRequest request = caller_.token_request(form);
    request.headers = {"authorization: " + authorization};
    return caller_.https.send(request);
  }

  static void expect_error(const RawAnswer& answer, int status, const std::string& error) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("cache-control"), "no-store");
    EXPECT_EQ(json::parse(answer.body).at("error"), error);
  }

  SandboxCaller caller_;
};

TEST_F(SandboxTokenEndpoint, IssuesATokenToAClientThatPostsItsSecret) {
  const RawAnswer answer = post(caller_.good_form() + "&scope=jobs%3Aread+jobs:write");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  const json body = json::parse(answer.body);
  EXPECT_EQ(body.at("token_type"), "Bearer");
  EXPECT_EQ(body.at("expires_in"), 3600);
  EXPECT_EQ(body.at("access_token").get<std::string>().rfind("sandbox-secret-", 0), 0U);
  EXPECT_EQ(caller_.sandbox.counters().token_requests, 1U);
}

TEST_F(SandboxTokenEndpoint, IssuesATokenToAClientThatUsesBasic) {
  RawRequest request = caller_.token_request("grant_type=client_credentials");
  // libcurl undoes one percent-encoding; the other one, of RFC 6749, section 2.3.1, is left for the server.
  request.url.insert(std::string("https://").size(), "sandbox%252Dclient:" + caller_.value("CLIENT_SECRET") + "@");
  EXPECT_EQ(caller_.https.send(request).status, 200);
}

TEST_F(SandboxTokenEndpoint, RefusesAWrongSecret) {
  const RawAnswer answer = post("grant_type=client_credentials&client_id=sandbox-client&client_secret=wrong");
  expect_error(answer, 401, "invalid_client");
  EXPECT_EQ(answer.header("www-authenticate").rfind("Basic", 0), 0U);
}

TEST_F(SandboxTokenEndpoint, AsksForBasicAgainWhenBasicWasWrong) {
  const RawAnswer answer = post_as("Basic c2FuZGJveC1jbGllbnQ6d3Jvbmc=", "grant_type=client_credentials");
  expect_error(answer, 401, "invalid_client");
  EXPECT_EQ(answer.header("www-authenticate").rfind("Basic", 0), 0U);
}

TEST_F(SandboxTokenEndpoint, RefusesAnAuthorizationThatIsNotBasic) {
  expect_error(post_as("Bearer something", caller_.good_form()), 401, "invalid_client");
  expect_error(post_as("Basic !!!!", caller_.good_form()), 401, "invalid_client");
  // "sandbox%2Dclient:wrong%ZZ"
  expect_error(post_as("Basic c2FuZGJveCUyRGNsaWVudDp3cm9uZyVaWg==", caller_.good_form()), 401, "invalid_client");
}

TEST_F(SandboxTokenEndpoint, RefusesAClientThatAuthenticatesTwice) {
  expect_error(post_as("Basic c2FuZGJveC1jbGllbnQ6d3Jvbmc=", caller_.good_form()), 400, "invalid_request");
}

TEST_F(SandboxTokenEndpoint, RefusesOtherGrants) {
  const std::string client = "&client_id=sandbox-client&client_secret=" + caller_.value("CLIENT_SECRET");
  expect_error(post("grant_type=password" + client), 400, "unsupported_grant_type");
  expect_error(post("grant_type=" + client), 400, "invalid_request");
}

TEST_F(SandboxTokenEndpoint, RefusesUnknownScopes) {
  expect_error(post(caller_.good_form() + "&scope=jobs:read%20jobs:own"), 400, "invalid_scope");
}

TEST_F(SandboxTokenEndpoint, RefusesAFormThatIsNotOne) {
  expect_error(post(caller_.good_form() + "&grant_type=client_credentials"), 400, "invalid_request");  // twice
  expect_error(post(caller_.good_form() + "&scope=%2"), 400, "invalid_request");
  expect_error(post(""), 401, "invalid_client");

  RawRequest json_body = caller_.token_request(R"({"grant_type":"client_credentials"})");
  json_body.headers = {"content-type: application/json"};
  expect_error(caller_.https.send(json_body), 400, "invalid_request");

  RawRequest in_query = caller_.token_request("grant_type=client_credentials");
  in_query.url += "?" + caller_.good_form();
  expect_error(caller_.https.send(in_query), 400, "invalid_request");
}

TEST_F(SandboxTokenEndpoint, CountsAnApiKeyThatGotThereAsLeaked) {
  RawRequest request = caller_.token_request(caller_.good_form());
  request.headers = {caller_.api_key_header()};
  EXPECT_EQ(caller_.https.send(request).status, 200);
  EXPECT_EQ(caller_.sandbox.counters().leaked_credentials, 1U);
}

TEST_F(SandboxTokenEndpoint, IsTheOnlyThingOnItsHost) {
  const RawAnswer read = caller_.https.send(caller_.bare(caller_.value("TOKEN_URL")));
  EXPECT_EQ(read.status, 405);
  EXPECT_EQ(read.header("allow"), "POST");
  RawRequest request = caller_.token_request(caller_.good_form());
  request.url += "/more";
  EXPECT_EQ(caller_.https.send(request).status, 404);
}

}  // namespace
}  // namespace easypost_connect
