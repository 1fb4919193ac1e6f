// SPDX-License-Identifier: Apache-2.0
// No server should give these answers. There is no crash, no hang, no leak, and the Error says what it was.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;

class HostileAnswers : public ::testing::Test {
 protected:
  Result<Response> call(CallOptions options = {}) { return client_.get("/jobs", std::move(options)); }

  Error error_after(SandboxHost host, SandboxFault fault, CallOptions options = {}) {
    sandbox_.inject(host, std::move(fault));
    auto response = call(std::move(options));
    EXPECT_FALSE(response);
    return response ? Error{} : response.error();
  }

  Error error_after_token(std::string body, int status = 200) {
    SandboxFault fault;
    fault.status = status;
    fault.body = std::move(body);
    return error_after(SandboxHost::kOAuth, std::move(fault));
  }

  /// The client makes no retries, so that the first answer is seen.
  [[nodiscard]] ClientOptions options() const {
    auto options = sandbox_.client_options();
    options.retry.max_attempts = 1;
    return options;
  }

  Sandbox sandbox_ = Sandbox::start().value();
  ConnectClient client_ = ConnectClient::create(options()).value();
};

TEST_F(HostileAnswers, TokenThatIsNoToken) {
  for (const char* body :
       {"", "<html>", "[]", "null", "{", R"({"access_token":7})", R"({"access_token":"a b","expires_in":60})",
        R"({"access_token":"a\r\nx: y","expires_in":60})", R"({"access_token":"a","expires_in":-1})",
        R"({"access_token":"a","token_type":"mac"})"}) {
    const Error error = error_after_token(body);
    EXPECT_EQ(error.code, ErrorCode::kTokenUnusable) << body;
  }
  EXPECT_EQ(sandbox_.counters().api_requests, 0U);
}

TEST_F(HostileAnswers, TokenAnswerOf200WithAnOAuthError) {
  const Error error = error_after_token(R"({"error":"invalid_client"})");
  EXPECT_EQ(error.code, ErrorCode::kTokenRefused);
  EXPECT_EQ(error.factor, Factor::kOAuthClient);
}

TEST_F(HostileAnswers, TokenAnswerOfFiftyMegabytes) {
  const Error error = error_after_token(std::string(50'000'000, 'x'));
  EXPECT_EQ(error.code, ErrorCode::kTokenUnusable);
}

TEST_F(HostileAnswers, TokenAnswerCutShort) {
  SandboxFault fault;
  fault.body = R"({"access_token":"abc")";
  fault.announce_more_bytes = 100;
  const Error error = error_after(SandboxHost::kOAuth, fault);
  EXPECT_EQ(error.code, ErrorCode::kMalformedResponse) << error.describe();
}

TEST_F(HostileAnswers, TokenEndpointThatRedirects) {
  SandboxFault fault;
  fault.status = 307;
  fault.headers = {{"location", sandbox_.url(SandboxHost::kStorage)}};
  const Error error = error_after(SandboxHost::kOAuth, fault);
  EXPECT_EQ(error.code, ErrorCode::kTokenUnusable);
  EXPECT_EQ(sandbox_.counters().leaked_credentials, 0U);
  EXPECT_EQ(sandbox_.counters().storage_handshakes, 0U);
}

TEST_F(HostileAnswers, ApiThatRedirectsIsNotFollowed) {
  SandboxFault fault;
  fault.status = 302;
  fault.headers = {{"location", sandbox_.url(SandboxHost::kStorage) + "/elsewhere"}};
  const Error error = error_after(SandboxHost::kApi, fault);
  EXPECT_EQ(error.code, ErrorCode::kHttpStatus);
  ASSERT_TRUE(error.response);
  EXPECT_EQ(error.response->status, 302);
  EXPECT_TRUE(error.response->headers.find("location"));
  EXPECT_EQ(sandbox_.counters().storage_handshakes, 0U);
}

TEST_F(HostileAnswers, BodyCutShort) {
  SandboxFault fault;
  fault.body = "[1,2";
  fault.announce_more_bytes = 10'000;
  const Error error = error_after(SandboxHost::kApi, fault);
  EXPECT_EQ(error.code, ErrorCode::kMalformedResponse) << error.describe();
  EXPECT_TRUE(call());
}

// A refusal whose connection ends too soon is still a refusal: its status says more than the end does.
TEST_F(HostileAnswers, RefusalCutShort) {
  SandboxFault fault;
  fault.status = 403;
  fault.body = R"({"message":"Forbi)";
  fault.announce_more_bytes = 10'000;
  const Error error = error_after(SandboxHost::kApi, fault);
  EXPECT_EQ(error.code, ErrorCode::kHttpStatus) << error.describe();
  EXPECT_EQ(error.factor, Factor::kApiKey);
  EXPECT_EQ(error.response->body, fault.body);
  EXPECT_TRUE(call());
}

TEST_F(HostileAnswers, RefusalOfTenMegabytes) {
  SandboxFault fault;
  fault.status = 403;
  fault.body = std::string(10'000'000, 'x');
  sandbox_.inject(SandboxHost::kApi, fault);
  const auto blocking = call();
  sandbox_.inject(SandboxHost::kApi, fault);
  const auto asynchronous = send_future(client_, {Method::kGet, "/jobs", {}, {}}).get();
  for (const auto* answer : {&blocking, &asynchronous}) {
    ASSERT_FALSE(*answer);
    const Error& error = answer->error();
    ASSERT_TRUE(error.response) << error.describe();
    EXPECT_EQ(error.response->status, 403);
    EXPECT_EQ(error.response->body.size(), 65'536U);
    EXPECT_EQ(error.response->body.capacity(), 65'536U);
  }
  EXPECT_TRUE(call());
}

TEST_F(HostileAnswers, BodyLargerThanAllowed) {
  auto options = this->options();
  options.max_response_bytes = 1000;
  auto client = ConnectClient::create(options).value();
  SandboxFault fault;
  fault.body = std::string(1001, 'x');
  sandbox_.inject(SandboxHost::kApi, fault);
  const auto too_large = client.get("/jobs");
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().code, ErrorCode::kResponseTooLarge);
  fault.body.pop_back();
  sandbox_.inject(SandboxHost::kApi, fault);
  EXPECT_EQ(client.get("/jobs").value().body.size(), 1000U);
}

TEST_F(HostileAnswers, AnswerThatDoesNotCome) {
  ASSERT_TRUE(call());
  SandboxFault fault;
  fault.delay = 1h;
  CallOptions options;
  options.timeout = 100ms;
  const Error error = error_after(SandboxHost::kApi, fault, options);
  EXPECT_EQ(error.code, ErrorCode::kTimeout) << error.describe();
  EXPECT_TRUE(error.retryable);
}

TEST_F(HostileAnswers, TokenThatDoesNotCome) {
  SandboxFault fault;
  fault.delay = 1h;
  CallOptions options;
  options.timeout = 100ms;
  const Error error = error_after(SandboxHost::kOAuth, fault, options);
  EXPECT_EQ(error.code, ErrorCode::kTimeout) << error.describe();
  EXPECT_EQ(sandbox_.counters().api_requests, 0U);
}

TEST_F(HostileAnswers, NobodyListens) {
  auto options = this->options();
  options.environment.token_url = "https://localhost:1/oauth2/token";
  auto client = ConnectClient::create(options).value();
  const auto response = client.get("/jobs");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().factor, Factor::kNetwork);
  EXPECT_TRUE(response.error().retryable);
}

}  // namespace
}  // namespace easypost_connect
