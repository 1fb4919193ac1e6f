// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_request.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/version.hpp>

#include "test_credentials.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Http1Request : public ::testing::Test {
 protected:
  [[nodiscard]] std::string head(std::optional<std::uint64_t> body_size = 0) const {
    std::string written;
    internal::write_request_head(written, request_, context_, body_size, 0);
    return written;
  }
  std::string head_to(std::string url) {
    context_.url = std::move(url);
    return head();
  }

  Request request_{Method::kGet, "/jobs", {}, {}};
  CallContext context_ = [] {
    CallContext context;
    context.url = "https://api.test/jobs";
    return context;
  }();
};

TEST_F(Http1Request, IsAHeadWithoutABody) {
  EXPECT_EQ(head(), "GET /jobs HTTP/1.1\r\nHost: api.test\r\nUser-Agent: easypost-connect-cpp/" EASYPOST_CONNECT_VERSION
                    "\r\nAccept: */*\r\nAccept-Encoding: identity\r\n\r\n");
}

TEST_F(Http1Request, AsksForPathAndQueryByteForByte) {
  for (const char* target : {"/", "/a/../b", "//a", "/a%2f%2F?x=1%20&y=%C3%A4", "/?", "/a?b?c", "/a;b=c,d"})
    EXPECT_THAT(head_to(std::string("https://api.test") + target),
                StartsWith(std::string("GET ") + target + " HTTP/1.1\r\n"));
  EXPECT_THAT(head_to("https://api.test"), StartsWith("GET / HTTP/1.1\r\n"));
  EXPECT_THAT(head_to("https://api.test?x=1"), StartsWith("GET /?x=1 HTTP/1.1\r\n"));
}

TEST_F(Http1Request, CarriesThePlainFieldsOfTheContextBesideTheCallers) {
  request_.options.headers.add("X-Partner", "one");
  context_.headers.add("X-Company", "two");
  EXPECT_THAT(head(), HasSubstr("\r\nX-Partner: one\r\nX-Company: two\r\n"));
}

TEST_F(Http1Request, NamesTheHostAndAnUnusualPort) {
  EXPECT_THAT(head_to("https://api.test:443/"), HasSubstr("\r\nHost: api.test\r\n"));
  EXPECT_THAT(head_to("https://api.test:8443/"), HasSubstr("\r\nHost: api.test:8443\r\n"));
  EXPECT_THAT(head_to("https://[::1]:8443/"), HasSubstr("\r\nHost: [::1]:8443\r\n"));
}

TEST_F(Http1Request, AnnouncesABodyEvenWhenItIsEmpty) {  // RFC 9110, section 8.6
  for (const Method method : {Method::kPost, Method::kPut, Method::kPatch}) {
    request_.method = method;
    EXPECT_THAT(head(0), HasSubstr("\r\nContent-Length: 0\r\n")) << to_string(method);
  }
  for (const Method method : {Method::kGet, Method::kHead, Method::kDelete}) {
    request_.method = method;
    EXPECT_THAT(head(0), Not(HasSubstr("Content-Length"))) << to_string(method);
  }
}

TEST_F(Http1Request, AnnouncesItsSizeOrChunks) {
  request_ = {Method::kPost, "/jobs", "{}", {}};
  context_.content_type = "application/json";
  EXPECT_THAT(head(2), HasSubstr("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(head(18446744073709551615U), HasSubstr("\r\nContent-Length: 18446744073709551615\r\n"));
  EXPECT_THAT(head(std::nullopt), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head(std::nullopt), Not(HasSubstr("Content-Length")));
}

TEST_F(Http1Request, AsksForLeaveWithABodyOnly) {
  context_.ask_first = true;
  EXPECT_THAT(head(), Not(HasSubstr("Expect")));
  request_ = {Method::kPut, "/jobs", "x", {}};
  EXPECT_THAT(head(1), HasSubstr("\r\nExpect: 100-continue\r\n"));
}

TEST_F(Http1Request, PrefersTheCallersFields) {
  request_.options.headers = {
      {"user-agent", "batch/1"}, {"ACCEPT", "text/csv"}, {"accept-encoding", "gzip"}, {"x-empty", " "}};
  EXPECT_EQ(head(),
            "GET /jobs HTTP/1.1\r\nHost: api.test\r\nuser-agent: batch/1\r\nACCEPT: text/csv\r\n"
            "accept-encoding: gzip\r\nx-empty:\r\n\r\n");
}

TEST_F(Http1Request, PrefersTheFieldsOfTheContext) {
  context_.headers = {{"user-agent", "vault/1"}, {"accept", "text/csv"}, {"accept-encoding", "gzip"}};
  EXPECT_EQ(head(),
            "GET /jobs HTTP/1.1\r\nHost: api.test\r\nuser-agent: vault/1\r\naccept: text/csv\r\n"
            "accept-encoding: gzip\r\n\r\n");
}

TEST_F(Http1Request, EndsWithTheCredentials) {
  context_.credentials = {{"x-api-key", Secret(kApiKey)}, {"authorization", Secret("Bearer canary-secret")}};
  EXPECT_THAT(head(),
              EndsWith("\r\nx-api-key: " + std::string(kApiKey) + "\r\nauthorization: Bearer canary-secret\r\n\r\n"));
}

TEST_F(Http1Request, LeavesNoCopyOfThemBehind) {
  context_.credentials = {{"authorization", Secret(std::string(5000, 'k'))}};
  std::string written;
  internal::write_request_head(written, request_, context_, 0, 700);
  EXPECT_GE(written.capacity(), written.size() + 700);  // more bytes do not make it grow then
}

}  // namespace
}  // namespace easypost_connect::unit_test
