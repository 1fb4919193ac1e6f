// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http2_heads.hpp"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Row {
  const char* name;
  Fields fields;
  bool has_content;
  const char* http1;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Http2RequestHeads : public ::testing::TestWithParam<Row> {};

TEST_P(Http2RequestHeads, AreWrittenInHttp1) {
  Http2RequestHead head;
  for (const auto& [name, value] : GetParam().fields) ASSERT_TRUE(head.add(name, value));
  EXPECT_EQ(head.in_http1(GetParam().has_content), GetParam().http1);
}

const Fields kGet = {{":method", "GET"}, {":scheme", "https"}, {":path", "/jobs?a=b"}, {":authority", "localhost:1"}};

Fields get_with(const std::string& name, const std::string& value) {
  Fields fields = kGet;
  fields.emplace_back(name, value);
  return fields;
}

INSTANTIATE_TEST_SUITE_P(
    Each, Http2RequestHeads,
    ::testing::Values(Row{"Plain", kGet, false, "GET /jobs?a=b HTTP/1.1\r\nHost: localhost:1\r\n\r\n"},
                      Row{"Field", get_with("x-api-key", "k: v"), false,
                          "GET /jobs?a=b HTTP/1.1\r\nHost: localhost:1\r\nx-api-key: k: v\r\n\r\n"},
                      Row{"ContentOfSaidLength", get_with("content-length", "2"), true,
                          "GET /jobs?a=b HTTP/1.1\r\nHost: localhost:1\r\ncontent-length: 2\r\n\r\n"},
                      Row{"ContentOfUnsaidLength", kGet, true,
                          "GET /jobs?a=b HTTP/1.1\r\nHost: localhost:1\r\nTransfer-Encoding: chunked\r\n\r\n"},
                      Row{"SameHost", get_with("host", "localhost:1"), false,
                          "GET /jobs?a=b HTTP/1.1\r\nHost: localhost:1\r\n\r\n"},
                      Row{"OtherHost", get_with("host", "other"), false,
                          "GET /jobs?a=b HTTP/1.1\r\nHost: localhost:1\r\nhost: other\r\n\r\n"},
                      Row{"HostAlone",
                          {{":method", "GET"}, {":path", "/"}, {"host", "other"}},
                          false,
                          "GET / HTTP/1.1\r\nhost: other\r\n\r\n"},
                      Row{"Connect",
                          {{":method", "CONNECT"}, {":authority", "other:443"}},
                          false,
                          "CONNECT  HTTP/1.1\r\nHost: other:443\r\n\r\n"}),
    ::testing::PrintToStringParamName());

TEST(Http2RequestHead, HasALimit) {
  Http2RequestHead head;
  const std::string value(kMaxHeaderListSize / 2 - 33, 'x');
  EXPECT_TRUE(head.add("a", value));
  EXPECT_TRUE(head.add("b", value));
  EXPECT_FALSE(head.add("c", ""));
}

TEST(Http2AnswerHead, HasNothingOfTheConnection) {
  const Http2AnswerHead head = answer_head(
      "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nKeep-Alive: timeout=60\r\nRetry-After: 7\r\n"
      "Transfer-Encoding: chunked\r\nX-Colon: a:b\r\nX-Empty:\r\n");
  EXPECT_EQ(head.status, 429);
  EXPECT_THAT(head.fields, ElementsAre(Pair(":status", "429"), Pair("retry-after", "7"), Pair("x-colon", "a:b"),
                                       Pair("x-empty", "")));
}

TEST(Http2AnswerHead, MayBeAStatusAlone) {
  EXPECT_THAT(answer_head("HTTP/1.1 100 Continue").fields, ElementsAre(Pair(":status", "100")));
}

}  // namespace
}  // namespace easypost_connect::sandbox
