// SPDX-License-Identifier: Apache-2.0
#include "transport/response_sink.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using ::testing::Eq;
using ::testing::Optional;

class ResponseSink : public ::testing::Test {
 protected:
  ResponseSink() { sink_.reset(1000); }

  /// As libcurl calls it; true: go on.
  bool header(std::string line) {
    return internal::ResponseSink::on_header(line.data(), 1, line.size(), &sink_) == line.size();
  }
  bool body(std::string part) {
    return internal::ResponseSink::on_body(part.data(), 1, part.size(), &sink_) == part.size();
  }

  internal::ResponseSink sink_;
};

TEST_F(ResponseSink, CollectsAnAnswer) {
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "Content-Type: text/plain\r\n", "content-length: 11\r\n", "\r\n"}) {
    EXPECT_TRUE(header(line));
  }
  EXPECT_TRUE(body("hello "));
  EXPECT_TRUE(body("world"));
  EXPECT_TRUE(body(""));
  const Response response = sink_.take(200);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello world");
  EXPECT_EQ(response.headers.size(), 2U);
  EXPECT_THAT(response.headers.find("content-type"), Optional(Eq("text/plain")));
}

TEST_F(ResponseSink, TrimsValuesAndKeepsColonsInThem) {
  EXPECT_TRUE(header("X-Time:\t 12:30:59 \t\r\n"));
  EXPECT_TRUE(header("X-Empty:\r\n"));
  EXPECT_TRUE(header("X-Bare:no blank\n"));
  const Response response = sink_.take(200);
  EXPECT_THAT(response.headers.find("x-time"), Optional(Eq("12:30:59")));
  EXPECT_THAT(response.headers.find("x-empty"), Optional(Eq("")));
  EXPECT_THAT(response.headers.find("x-bare"), Optional(Eq("no blank")));
}

TEST_F(ResponseSink, IgnoresALineThatIsNoField) {
  EXPECT_TRUE(header("no colon here\r\n"));
  EXPECT_TRUE(header("\r\n"));
  EXPECT_TRUE(header(""));
  EXPECT_TRUE(sink_.take(200).headers.empty());
}

TEST_F(ResponseSink, DropsTheHeadersOfAnInterimAnswer) {
  for (const char* line : {"HTTP/1.1 100 Continue\r\n", "x-interim: 1\r\n", "\r\n", "HTTP/1.1 103 Early Hints\r\n",
                           "link: </x>\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "x-final: 1\r\n", "\r\n"}) {
    EXPECT_TRUE(header(line));
  }
  const Response response = sink_.take(200);
  EXPECT_EQ(response.headers.size(), 1U);
  EXPECT_TRUE(response.headers.find("x-final").has_value());
}

TEST_F(ResponseSink, TakesABodyUpToTheLimit) {
  EXPECT_TRUE(body(std::string(600, 'x')));
  EXPECT_TRUE(body(std::string(400, 'x')));
  EXPECT_FALSE(sink_.too_large());
  EXPECT_EQ(sink_.take(200).body.size(), 1000U);
}

TEST_F(ResponseSink, StopsAtOneByteMore) {
  EXPECT_TRUE(body(std::string(1000, 'x')));
  EXPECT_FALSE(body("x"));
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseSink, StopsAtOneLargePart) {
  EXPECT_FALSE(body(std::string(1001, 'x')));
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseSink, AFloodOfHeadersStopsTheTransfer) {
  const std::string line = "x-flood: " + std::string(1000, 'x') + "\r\n";
  int accepted = 0;
  while (accepted < 1000 && header(line)) ++accepted;
  EXPECT_GT(accepted, 100);
  EXPECT_LT(accepted, 300);
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseSink, AFloodOfInterimAnswersStopsTheTransferToo) {
  int accepted = 0;
  while (accepted < 100'000 && header("HTTP/1.1 100 Continue\r\n")) ++accepted;
  EXPECT_LT(accepted, 100'000);
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseSink, BelievesNoContentLength) {
  for (const char* length :
       {"18446744073709551615", "99999999999999999999999999", "-1", "abc", "", "1e9", "0x7fffffff"}) {
    sink_.reset(std::size_t{1} << 40U);
    EXPECT_TRUE(header("Content-Length: " + std::string(length) + "\r\n"));
    EXPECT_TRUE(body("short"));
    const Response response = sink_.take(200);
    EXPECT_EQ(response.body, "short");
    EXPECT_LE(response.body.capacity(), 2U * 1024U * 1024U) << length;
  }
}

TEST_F(ResponseSink, ReservesWhatIsAnnounced) {  // so that an ordinary body is stored without moving
  EXPECT_TRUE(header("Content-Length: 900\r\n"));
  EXPECT_TRUE(body("x"));
  const Response response = sink_.take(200);
  EXPECT_GE(response.body.capacity(), 900U);
}

TEST_F(ResponseSink, ReservesNoMoreThanTheLimit) {
  EXPECT_TRUE(header("Content-Length: 900000\r\n"));
  const Response response = sink_.take(200);
  EXPECT_LT(response.body.capacity(), 900'000U);
}

TEST_F(ResponseSink, KeepsNothingFromTheAnswerBefore) {
  EXPECT_TRUE(header("x-old: 1\r\n"));
  EXPECT_FALSE(body(std::string(1001, 'x')));
  sink_.reset(5);
  EXPECT_FALSE(sink_.too_large());
  EXPECT_TRUE(body("12345"));
  const Response response = sink_.take(201);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "12345");
  EXPECT_TRUE(response.headers.empty());
}

TEST_F(ResponseSink, KeepsBinaryBodies) {
  const std::string bytes("\0\xFF\r\n\0", 5);
  EXPECT_TRUE(body(bytes));
  EXPECT_EQ(sink_.take(200).body, bytes);
}

}  // namespace
}  // namespace easypost_connect::unit_test
