// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Pair;

class ConnectClient : public ::testing::Test {
 protected:
  ConnectClient() {
    transport_->always([](const SentRequest& sent) -> Result<Response> {
      return sent.url == kTokenUrl ? token_answer(kToken) : answer(200, "jobs");
    });
  }

  /// Returns the requests to the API, without the token requests.
  [[nodiscard]] std::vector<SentRequest> api_requests() const {
    std::vector<SentRequest> found;
    for (auto& sent : transport_->requests()) {
      if (sent.url != kTokenUrl) found.push_back(std::move(sent));
    }
    return found;
  }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  easypost_connect::ConnectClient client_ = easypost_connect::ConnectClient::create(client_options(transport_)).value();
};

TEST_F(ConnectClient, SendsNothingWhenItIsMade) { EXPECT_EQ(transport_->count(), 0U); }

TEST_F(ConnectClient, SendsBothHeaderCredentialsOnEveryCall) {
  EXPECT_THAT(client_.get("/jobs"), IsOk());
  EXPECT_THAT(client_.post("/jobs", "{}"), IsOk());
  EXPECT_THAT(client_.put("/jobs/1", "{}"), IsOk());
  EXPECT_THAT(client_.patch("/jobs/1", "{}"), IsOk());
  EXPECT_THAT(client_.del("/jobs/1"), IsOk());
  EXPECT_THAT(client_.send({Method::kHead, std::string(kApiUrl) + "/jobs", {}, {}}), IsOk());
  ASSERT_EQ(api_requests().size(), 6U);
  for (const SentRequest& sent : api_requests()) {
    EXPECT_EQ(sent.credentials.size(), 2U);
    EXPECT_TRUE(sent.credential("x-api-key") == kApiKey);
    EXPECT_TRUE(sent.credential("authorization") == "Bearer " + std::string(kToken));
  }
}

TEST_F(ConnectClient, TheTokenRequestCarriesNeitherOfThem) {
  ASSERT_THAT(client_.get("/jobs"), IsOk());
  const SentRequest sent = transport_->requests().front();
  EXPECT_EQ(sent.url, kTokenUrl);
  EXPECT_TRUE(sent.credentials.empty());
  for (const auto& [name, value] : sent.headers) EXPECT_TRUE(value.find(kApiKey) == std::string::npos) << name;
  EXPECT_TRUE(sent.body.find(kApiKey) == std::string::npos);
}

TEST_F(ConnectClient, TheBasicHeaderGoesToTheTokenEndpointOnly) {
  ClientOptions options = client_options(transport_);
  options.credentials.oauth_client.authentication = ClientAuthentication::kSecretBasic;
  auto client = easypost_connect::ConnectClient::create(options).value();
  ASSERT_THAT(client.get("/jobs"), IsOk());
  EXPECT_EQ(transport_->requests()[0].credential("authorization").substr(0, 6), "Basic ");
  EXPECT_EQ(transport_->requests()[1].credential("authorization").substr(0, 7), "Bearer ");
}

TEST_F(ConnectClient, FetchesOneTokenForAThousandCalls) {
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(client_.get("/jobs"), IsOk());
  EXPECT_EQ(transport_->count(), 1001U);
}

TEST_F(ConnectClient, SendsTheRequestAsItWasGiven) {
  CallOptions options;
  options.query = {{"state", "a&b"}};
  options.headers = {{"X-Correlation-Id", "42"}};
  options.content_type = "text/csv";
  ASSERT_THAT(client_.post("/jobs", "a;b", options), IsOk());
  const SentRequest sent = api_requests().front();
  EXPECT_EQ(sent.method, Method::kPost);
  EXPECT_EQ(sent.url, "https://api.example.test/jobs?state=a%26b");
  EXPECT_EQ(sent.body, "a;b");
  EXPECT_EQ(sent.content_type, "text/csv");
  EXPECT_THAT(sent.headers, ElementsAre(Pair("X-Correlation-Id", "42")));
  EXPECT_EQ(sent.max_response_bytes, ClientOptions().max_response_bytes);
}

TEST_F(ConnectClient, AnAsynchronousCallOwnsItsContentType) {
  for (const char* type : {"text/csv", "application/pdf", "application/x-www-form-urlencoded"}) {
    Request request{Method::kPost, "/jobs", "a;b", {}};
    request.options.content_type = type;
    ASSERT_THAT(send_future(client_, std::move(request)).get(), IsOk());
    EXPECT_EQ(api_requests().back().content_type, type);
  }
}

TEST_F(ConnectClient, EachVerbIsItself) {
  static_cast<void>(client_.get("/1"));
  static_cast<void>(client_.post("/2", "p"));
  static_cast<void>(client_.put("/3", "u"));
  static_cast<void>(client_.patch("/4", "a"));
  static_cast<void>(client_.del("/5"));
  std::vector<std::string> seen;
  for (const auto& sent : api_requests())
    seen.push_back(std::string(to_string(sent.method)) + sent.url.substr(kApiUrl.size()) + sent.body);
  EXPECT_THAT(seen, ElementsAre("GET/1", "POST/2p", "PUT/3u", "PATCH/4a", "DELETE/5"));
}

TEST_F(ConnectClient, TheTimeoutOfACallReplacesTheDefault) {
  const auto before = std::chrono::steady_clock::now();
  CallOptions options;
  options.timeout = 2h;
  ASSERT_THAT(client_.get("/jobs", options), IsOk());
  ASSERT_THAT(client_.get("/jobs"), IsOk());
  EXPECT_GE(api_requests()[0].call_deadline, before + 2h);
  EXPECT_LT(api_requests()[1].call_deadline, before + 1h);
  EXPECT_GE(api_requests()[1].call_deadline, before + Timeouts().request);
  const SentRequest token_request = transport_->requests().front();  // a fetch of its own: others may wait for it too
  EXPECT_GE(token_request.deadline, before + 10s);
  EXPECT_LT(token_request.deadline, before + 1h);
}

TEST_F(ConnectClient, ReturnsAnAnswerOfTheTwoHundreds) {
  const auto jobs = client_.get("/jobs");
  ASSERT_THAT(jobs, IsOk());
  EXPECT_EQ(jobs->status, 200);
  EXPECT_EQ(jobs->body, "jobs");
}

TEST_F(ConnectClient, AnyOtherAnswerIsAnErrorThatCarriesIt) {
  ASSERT_THAT(client_.get("/jobs"), IsOk());
  transport_->reply(answer(302, "moved", {{"location", "https://evil.example/"}}));
  const auto jobs = client_.get("/jobs");
  ASSERT_THAT(jobs, AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kRequest)));
  EXPECT_EQ(jobs.error().response.value().body, "moved");
  EXPECT_EQ(jobs.error().response.value().headers.find("Location"), "https://evil.example/");
  EXPECT_EQ(api_requests().size(), 2U);
}

TEST_F(ConnectClient, ReplacesARefusedToken) {
  ASSERT_THAT(client_.get("/jobs"), IsOk());
  transport_->reply(answer(401));
  transport_->reply(token_answer(kOtherToken));
  EXPECT_THAT(client_.get("/jobs"), IsOk());
  EXPECT_TRUE(api_requests().back().credential("authorization") == "Bearer " + std::string(kOtherToken));
}

TEST_F(ConnectClient, CallsNothingWithoutAToken) {
  transport_->reply(answer(401, R"({"error":"invalid_client"})"));
  EXPECT_THAT(client_.get("/jobs"), AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kOAuthClient)));
  EXPECT_TRUE(api_requests().empty());
}

TEST_F(ConnectClient, SendsNothingThatFailsACheck) {
  for (const char* path : {"", "jobs", "https://evil.example/jobs", "http://api.example.test/jobs", "//evil.example",
                           "/a\r\nb", "/../x"}) {
    EXPECT_THAT(client_.get(path), IsError(ErrorCode::kInvalidRequest)) << path;
  }
  CallOptions options;
  options.headers = {{"x-api-key", "canary-secret"}};
  EXPECT_THAT(client_.get("/jobs", options), AllOf(IsError(ErrorCode::kInvalidRequest), Not(Says("canary-secret"))));
  options.headers = {{"x-note", "a\nb"}};
  EXPECT_THAT(client_.get("/jobs", options), IsError(ErrorCode::kInvalidRequest));
  options = {};
  options.timeout = -1s;
  EXPECT_THAT(client_.get("/jobs", options), IsError(ErrorCode::kInvalidRequest));
  EXPECT_EQ(transport_->count(), 0U);
}

TEST_F(ConnectClient, IsNotMadeFromBadOptions) {
  ClientOptions options = client_options(transport_);
  options.credentials.api_key = Secret();
  EXPECT_THAT(easypost_connect::ConnectClient::create(options),
              AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kApiKey)));
  options = client_options(transport_);
  options.credentials.client_certificate.certificate = TlsMaterial::file("client.pem");
  EXPECT_THAT(easypost_connect::ConnectClient::create(options), IsError(ErrorCode::kInvalidOption));
  EXPECT_EQ(transport_->count(), 0U);
}

TEST_F(ConnectClient, UploadsWithoutAnyCredential) {
  const std::string url = "https://bucket.example.test/key?X-Amz-Signature=abc%2F";
  CallOptions options;
  options.headers = {{"x-amz-meta-a", "b"}};
  EXPECT_THAT(client_.upload(url, "content", options), IsOk());
  ASSERT_EQ(transport_->count(), 1U);  // the client asked for no token either
  const SentRequest sent = transport_->requests().front();
  EXPECT_EQ(sent.method, Method::kPut);
  EXPECT_EQ(sent.url, url);
  EXPECT_EQ(sent.body, "content");
  EXPECT_EQ(sent.content_type, "");
  EXPECT_THAT(sent.headers, ElementsAre(Pair("x-amz-meta-a", "b")));
  EXPECT_TRUE(sent.credentials.empty());
}

TEST_F(ConnectClient, AFailedUploadIsAnErrorAboutTheUpload) {
  transport_->reply(answer(403, "<Error><Code>AccessDenied</Code></Error>"));
  const auto refused = client_.upload("https://bucket.example.test/key", "content");
  ASSERT_THAT(refused, AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kRequest), Says("upload")));
  EXPECT_EQ(refused.error().response.value().body, "<Error><Code>AccessDenied</Code></Error>");
  transport_->reply(failure(ErrorCode::kConnection));
  EXPECT_THAT(client_.upload("https://bucket.example.test/key", "content"), IsError(ErrorCode::kConnection));
}

TEST_F(ConnectClient, UploadsOverHttpsOnly) {
  for (const char* url : {"", "/key", "http://bucket.example.test/key", "https://user@bucket.example.test/key",
                          "https:///key", "https://bucket.example.test/a b"}) {
    EXPECT_THAT(client_.upload(url, "content"), AllOf(IsError(ErrorCode::kInvalidRequest), Says("file_upload_url")))
        << url;
  }
  CallOptions options;
  options.headers = {{"authorization", "canary-secret"}};
  EXPECT_THAT(client_.upload("https://bucket.example.test/key", "content", options),
              IsError(ErrorCode::kInvalidRequest));
  EXPECT_EQ(transport_->count(), 0U);
}

/// The signature covers the URL as it is, and to ignore the option in silence would be worse than a refusal.
TEST_F(ConnectClient, AnUploadUrlTakesNoQuery) {
  CallOptions options;
  options.query = {{"a", "b"}};
  EXPECT_THAT(client_.upload("https://bucket.example.test/key", "content", options),
              AllOf(IsError(ErrorCode::kInvalidRequest), Says("query")));
  EXPECT_EQ(transport_->count(), 0U);
}

TEST_F(ConnectClient, AnEmptyCompletionIsNotCalled) {
  client_.send_async({Method::kGet, "/jobs", {}, {}}, nullptr);
  client_.send_async({Method::kGet, "no slash", {}, {}}, nullptr);
  EXPECT_THAT(client_.get("/jobs"), IsOk());
}

TEST_F(ConnectClient, ServesManyThreadsAtOnce) {
  std::vector<std::future<Result<Response>>> calls;
  for (int i = 0; i < 8; ++i) {
    calls.push_back(std::async(std::launch::async, [this] { return client_.get("/jobs"); }));
  }
  for (auto& call : calls) EXPECT_THAT(call.get(), IsOk());
  EXPECT_EQ(transport_->count(), 9U);  // eight calls and a token request
}

}  // namespace
}  // namespace easypost_connect::unit_test
