// SPDX-License-Identifier: Apache-2.0
#include "wire/http2_transfer.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class Http2Transfer : public ::testing::Test {
 protected:
  Http2Transfer() {
    context_.url = "https://host/jobs";
    context_.credentials.push_back({"x-api-key", Secret(kApiKey)});
  }

  /// Returns each field as "name: value", credentials with a star behind.
  std::vector<std::string> fields() {
    EXPECT_THAT(transfer_.begin(request_, context_), IsOk());
    std::vector<std::string> lines;
    for (const auto& field : transfer_.fields()) {
      std::string& line = lines.emplace_back(field.name);
      line.append(": ").append(field.value).append(field.secret ? "*" : "");
    }
    return lines;
  }
  std::string path_of(std::string url) {
    context_.url = std::move(url);
    return fields()[3];
  }

  Request request_;
  CallContext context_;
  internal::Http2Transfer transfer_;
};

TEST_F(Http2Transfer, BeginsWithWhatItIsAbout) {
  const auto all = fields();
  EXPECT_THAT(std::vector(all.begin(), all.begin() + 4),
              ElementsAre(":method: GET", ":scheme: https", ":authority: host", ":path: /jobs"));
  EXPECT_EQ(all.back(), "x-api-key: " + std::string(kApiKey) + "*");
}

TEST_F(Http2Transfer, AsksForPathAndQueryAsTheyWereWritten) {
  EXPECT_EQ(path_of("https://host"), ":path: /");
  EXPECT_EQ(path_of("https://host?x=1"), ":path: /?x=1");
  EXPECT_EQ(path_of("https://host:444/a/../b?x=%2f&y"), ":path: /a/../b?x=%2f&y");
  EXPECT_EQ(path_of("https://[::1]/"), ":path: /");
}

TEST_F(Http2Transfer, WritesNamesInLowerCaseAndLeavesOutWhatIsAboutConnections) {
  request_.options.headers = {{"X-Partner", " one "}, {"Connection", "close"}, {"Keep-Alive", "9"}};
  const auto all = fields();
  EXPECT_THAT(all, Contains("x-partner: one"));
  EXPECT_THAT(all, Not(Contains("connection: close")));
  EXPECT_THAT(all, Not(Contains("keep-alive: 9")));
}

TEST_F(Http2Transfer, CarriesThePlainFieldsOfTheContextBesideTheCallers) {
  request_.options.headers.add("X-Partner", "one");
  context_.headers.add("X-Company-Of-The-Partner-With-A-Long-Name", "two");
  const auto all = fields();
  EXPECT_THAT(all, Contains("x-partner: one"));
  EXPECT_THAT(all, Contains("x-company-of-the-partner-with-a-long-name: two"));
}

TEST_F(Http2Transfer, SaysHowLongItsBodyIs) {
  EXPECT_THAT(fields(), Not(Contains("content-length: 0")));
  request_.method = Method::kPost;
  EXPECT_THAT(fields(), Contains("content-length: 0"));
  EXPECT_FALSE(transfer_.has_body());
  request_.body = "{}";
  context_.content_type = "application/json";
  EXPECT_THAT(fields(), Contains("content-length: 2"));
  EXPECT_THAT(fields(), Contains("content-type: application/json"));
  EXPECT_TRUE(transfer_.has_body());
}

}  // namespace
}  // namespace easypost_connect::unit_test
