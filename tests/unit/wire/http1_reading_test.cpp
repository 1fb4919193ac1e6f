// SPDX-License-Identifier: Apache-2.0
// These readings of HTTP/1.1 are no rows of the table of answers, because pieces change them, or they are long.
#include <string>

#include <gtest/gtest.h>

#include "unit/wire/http1_reading.hpp"

namespace easypost_connect::unit_test {
namespace {

TEST(Http1AnswerReading, DoesNotKeepAConnectionWithMoreThanWasAskedFor) {
  for (const std::string more : {"x", "\r\n", "HTTP/1.1 408 Request Timeout\r\n\r\n"}) {
    const std::string bytes = kOk + "Content-Length: 5\r\n\r\nhello" + more;
    for (std::size_t at_once = 1; at_once <= bytes.size(); ++at_once) {
      Reading reading;
      reading.take(bytes, at_once);
      EXPECT_EQ(reading.text(), "whole 200 Content-Length=5: hello") << more << at_once;
    }
  }
}

TEST(Http1AnswerReading, BeginsAnewForTheNextRequest) {
  Reading reading;
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length : 1\r\n", "HTTP/1.1 200 OK\r\nX: cut", "SSH-2.0\r\n", ""}) {
    reading.take(bytes);
    reading.sink.reset(Method::kGet, 1000, nullptr, reading.progress);
    reading.answer.begin(Method::kGet, reading.sink);
    EXPECT_FALSE(reading.answer.begun());
    EXPECT_EQ(reading.answer.status(), 0);
  }
  reading.take(kOk + "Content-Length: 2\r\n\r\nok");
  EXPECT_EQ(reading.text(), "whole 200 kept Content-Length=2: ok");
}

TEST(Http1AnswerReading, EndsWithALimitOfTheSink) {
  const std::string endless(300 * 1024, 'x');
  for (const std::string& bytes :
       {"HTTP/1.1 200 " + endless, kOk + endless, kOk + "X: " + endless, kOk + "Content-Length: 2000\r\n\r\n" + endless,
        kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + endless}) {
    Reading reading;
    reading.take(bytes, 1000);
    EXPECT_EQ(reading.text(), "unwanted") << bytes.substr(0, 60);
    EXPECT_TRUE(reading.sink.too_large());
  }
}

TEST(Http1AnswerReading, MayHaveExtensionsAsLongAsTheirChunks) {
  const std::string head = kOk + "Transfer-Encoding: chunked\r\n\r\n";
  Reading endless;
  endless.take(head + "1;" + std::string(20'000, 'x'));
  EXPECT_EQ(endless.text(), "refused");
  Reading many(Method::kGet, 100'000);
  many.take(head);
  for (int i = 0; i < 1000; ++i)
    many.take("20;signature=" + std::string(50, 'x') + "\r\n" + std::string(32, 'b') + "\r\n");
  many.take("0\r\n\r\n");
  EXPECT_EQ(many.text().substr(0, 5), "whole");
}

}  // namespace
}  // namespace easypost_connect::unit_test
