// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_answer.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/http1_reading.hpp"

namespace easypost_connect::unit_test {
namespace {

using State = internal::Http1Answer::State;
using namespace std::string_literals;

enum class End { kNone, kOrderly, kAbrupt };

struct AnswerRow {
  std::string name;
  std::string bytes;
  std::string text;
  Method method = Method::kGet;
  End end = End::kNone;
};

void PrintTo(const AnswerRow& row, std::ostream* out) { *out << row.name; }

const AnswerRow kRows[] = {
    {"length", kOk + "Content-Length: 5\r\n\r\nhello", "whole 200 kept Content-Length=5: hello"},
    {"length of nothing", kOk + "Content-Length: 0\r\n\r\n", "whole 200 kept Content-Length=0: "},
    {"chunks, an extension and a trailer",
     kOk + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: helloabc"},
    {"a trailer that looks like a length", kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Length: 7\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: "},
    {"coding in capitals", kOk + "TRANSFER-ENCODING: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
     "whole 200 kept TRANSFER-ENCODING=Chunked: x"},
    {"interim answers",
     "HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + kOk +
         "Content-Length: 2\r\n\r\nok",
     "whole 200 kept Content-Length=2: ok"},
    {"interim answer that says close",
     "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" + kOk + "Content-Length: 2\r\n\r\nok",
     "whole 200 kept Content-Length=2: ok"},
    {"interim answer with a length",
     "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n" + kOk + "Content-Length: 2\r\n\r\nok",
     "whole 200 kept Content-Length=2: ok"},
    {"interim answer of HTTP/1.0", "HTTP/1.0 100 Continue\r\n\r\n" + kOk + "Content-Length: 2\r\n\r\nok",
     "whole 200 kept Content-Length=2: ok"},
    {"204", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", "whole 204 kept X=y: "},
    {"204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "whole 204 kept Content-Length=5: "},
    {"304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n",
     "whole 304 kept Content-Length=50: "},
    {"304 in chunks", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
     "whole 304 kept Transfer-Encoding=chunked: "},
    {"HEAD", kOk + "Content-Length: 50\r\n\r\n", "whole 200 kept Content-Length=50: ", Method::kHead},
    {"HEAD in chunks", kOk + "Transfer-Encoding: chunked\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: ", Method::kHead},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "whole 200 Content-Length=5: hello"},
    {"connection close", kOk + "Connection: close\r\nContent-Length: 5\r\n\r\nhello",
     "whole 200 Connection=close Content-Length=5: hello"},
    {"no reason phrase", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "whole 200 kept Content-Length=0: "},
    {"empty value", kOk + "X-Empty:\r\nContent-Length: 0\r\n\r\n", "whole 200 kept X-Empty= Content-Length=0: "},
    {"bytes of UTF-8 in a value", kOk + "X: caf\xc3\xa9\r\nContent-Length: 0\r\n\r\n",
     "whole 200 kept X=caf\xc3\xa9 Content-Length=0: "},
    {"bytes of Latin-1 in a value", kOk + "X: caf\xe9\r\nContent-Length: 0\r\n\r\n",
     "whole 200 kept X=caf\xe9 Content-Length=0: "},
    {"bytes of UTF-8 in the reason", "HTTP/1.1 404 Introuvable \xc3\xa9\r\nContent-Length: 0\r\n\r\n",
     "whole 404 kept Content-Length=0: "},
    {"a tab in the reason", "HTTP/1.1 200 O\tK\r\nContent-Length: 0\r\n\r\n", "whole 200 kept Content-Length=0: "},
    {"HTTP/1.0 that keeps alive", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
     "whole 200 kept Connection=Keep-Alive Content-Length=1: x"},
    {"a name with an underscore", kOk + "x_id: 1\r\ncontent-length: 0\r\n\r\n",
     "whole 200 kept x_id=1 content-length=0: "},
    {"HTTP/1.0 in chunks",
     "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
     "whole 200 Connection=keep-alive Transfer-Encoding=chunked: x"},
    {"a chunk with leading zeros", kOk + "Transfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: hello"},
    {"a chunk extension in quotes", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a=\"b c\"\r\nx\r\n0;e\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: x"},
    {"two extensions of a chunk", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a=b;c=d\r\nx\r\n0;e;f=g\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: x"},
    {"a quoted pair in an extension", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a=\"b\\\"\\\\c;\"\r\nx\r\n0\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: x"},
    {"blanks in an extension", kOk + "Transfer-Encoding: chunked\r\n\r\n1 ; a\t= b\r\nx\r\n0 ;a\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: x"},
    {"blanks behind a chunk's size", kOk + "Transfer-Encoding: chunked\r\n\r\n1   \r\nx\r\n0   \r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: x"},
    {"many chunks", kOk + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
     "whole 200 kept Transfer-Encoding=chunked: abc0123456789"},
    {"upgrade that is offered only",
     kOk + "Upgrade: h2,h2c\r\nConnection: Upgrade, Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
     "whole 200 kept Upgrade=h2,h2c Connection=Upgrade, Keep-Alive Content-Length=1: x"},
    {"blanks around a value", kOk + "X:\t a b \t\r\nContent-Length: 0\r\n\r\n",
     "whole 200 kept X=a b Content-Length=0: "},

    {"to the end, which was announced", kOk + "\r\nhello", "whole 200: hello", Method::kGet, End::kOrderly},
    {"to the end, which was not", kOk + "\r\nhello", "cut", Method::kGet, End::kAbrupt},
    {"to an end that does not come", kOk + "\r\nhello", "cut"},
    {"length cut short", kOk + "Content-Length: 9\r\n\r\nhello", "cut", Method::kGet, End::kOrderly},
    {"chunk cut short", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "cut", Method::kGet, End::kOrderly},
    {"chunks without the last", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "cut", Method::kGet,
     End::kOrderly},
    {"head cut short", "HTTP/1.1 200 OK\r\nContent-", "cut", Method::kGet, End::kOrderly},
    {"nothing", "", "cut", Method::kGet, End::kOrderly},
    {"only an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", "cut", Method::kGet, End::kOrderly},

    {"two lengths that differ", kOk + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "refused"},
    {"two lengths alike", kOk + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "refused"},
    {"a list of lengths", kOk + "Content-Length: 5, 5\r\n\r\nhello", "refused"},
    {"length and chunks", kOk + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
     "refused"},
    {"chunks and length", kOk + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
     "refused"},
    {"bytes in the place of a chunk's line end", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
     "refused"},
    {"line feeds in that place", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n\n0\r\n\r\n", "refused"},
    {"CR and a byte in that place", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\rX0\r\n\r\n", "refused"},
    {"CR and a byte behind a size", kOk + "Transfer-Encoding: chunked\r\n\r\n5\rXhello\r\n0\r\n\r\n", "refused"},
    {"CR and a byte behind the trailers", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\rX", "refused"},
    {"CR and a byte behind the head", kOk + "Content-Length: 2\r\n\rXok", "refused"},
    {"CR and a byte behind the reason", "HTTP/1.1 200 OK\rXContent-Length: 2\r\n\r\nok", "refused"},
    {"CR and a byte behind the status", "HTTP/1.1 200\rXContent-Length: 2\r\n\r\nok", "refused"},
    {"blank in a name", kOk + "Transfer Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "refused"},
    {"no name", kOk + ": x\r\nContent-Length: 2\r\n\r\nok", "refused"},
    {"length with a sign", kOk + "Content-Length: +5\r\n\r\nhello", "refused"},
    {"negative length", kOk + "Content-Length: -5\r\n\r\nhello", "refused"},
    {"length in hexadecimal", kOk + "Content-Length: 0x5\r\n\r\nhello", "refused"},
    {"length too large for 64 bits", kOk + "Content-Length: 99999999999999999999\r\n\r\nhello", "refused"},
    {"length without a number", kOk + "Content-Length:\r\n\r\nhello", "refused"},
    {"chunk too large for 64 bits", kOk + "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\nx", "refused"},
    {"chunk that is longer than it says", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
     "refused"},
    {"chunk size with a sign", kOk + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n", "refused"},
    {"blank before a chunk's size", kOk + "Transfer-Encoding: chunked\r\n\r\n 1\r\nx\r\n0\r\n\r\n", "refused"},
    {"extension without a size", kOk + "Transfer-Encoding: chunked\r\n\r\n;a=b\r\nx\r\n0\r\n\r\n", "refused"},
    {"line feed alone behind a size", kOk + "Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n", "refused"},
    {"line feed alone behind an extension", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a\nx\r\n0\r\n\r\n", "refused"},
    {"line feed in an extension", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a=\"\n\"\r\nx\r\n0\r\n\r\n", "refused"},
    {"CR in an extension", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a\rb\r\nx\r\n0\r\n\r\n", "refused"},
    {"NUL in an extension", kOk + "Transfer-Encoding: chunked\r\n\r\n1;a\0b\r\nx\r\n0\r\n\r\n"s, "refused"},
    {"a size with a blank in it", kOk + "Transfer-Encoding: chunked\r\n\r\n1 0\r\nx\r\n0\r\n\r\n", "refused"},
    {"folded field", kOk + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"field folded by a tab", kOk + "X: a\r\n\tb\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"folded field that begins empty", kOk + "X:\r\n b\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"folded length", kOk + "Content-Length:\r\n 5\r\n\r\nhello", "refused"},
    {"folded trailer", kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n", "refused"},
    {"blank before the colon", kOk + "Content-Length : 5\r\n\r\nhello", "refused"},
    {"blank before a name", kOk + " X: a\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "refused"},
    {"line feeds alone, and no field", "HTTP/1.1 204 No Content\n\n", "refused"},
    {"line feed alone behind the status line", "HTTP/1.1 204 No Content\nX: y\r\n\r\n", "refused"},
    {"line feed alone behind a field", kOk + "X: y\nContent-Length: 0\r\n\r\n", "refused"},
    {"line feed alone behind the fields", kOk + "Content-Length: 0\r\n\n", "refused"},
    {"line feed alone behind the head", kOk + "\nhello", "refused", Method::kGet, End::kOrderly},
    {"line feed alone in an interim answer", "HTTP/1.1 100 Continue\n\r\n" + kOk + "Content-Length: 0\r\n\r\n",
     "refused"},
    {"line feed alone behind the trailers", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\n", "refused"},
    {"empty line before", "\r\n" + kOk + "Content-Length: 0\r\n\r\n", "refused"},
    {"line feed before", "\n" + kOk + "Content-Length: 0\r\n\r\n", "refused"},
    {"empty line behind an interim answer", "HTTP/1.1 100 Continue\r\n\r\n\r\n" + kOk + "Content-Length: 0\r\n\r\n",
     "refused"},
    {"NUL in the reason", "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"s, "refused"},
    {"escape in the reason", "HTTP/1.1 200 \x1b[2J\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"NUL in a value", kOk + "X: a\0b\r\nContent-Length: 0\r\n\r\n"s, "refused"},
    {"CR in a value", kOk + "X: a\rb\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"line that is no field", kOk + "hello\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\nxx", "refused"},
    {"HTTP/2", "HTTP/2 200\r\n\r\n", "refused"},
    {"HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"HTTP/0.9", "HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"not HTTP", "SSH-2.0-x\r\n\r\n", "refused"},
    {"TLS", "\x16\x03\x01\x02"s, "refused"},
    {"status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"status of five digits", "HTTP/1.1 00200 OK\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"status below 100", "HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n", "refused"},
    {"gzip in chunks", kOk + "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "refused"},
    {"chunks in gzip", kOk + "Transfer-Encoding: chunked, gzip\r\n\r\n1\r\nx\r\n0\r\n\r\n", "refused"},
    {"gzip", kOk + "Transfer-Encoding: gzip\r\n\r\nx", "refused"},
    {"identity", kOk + "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx", "refused"},
    {"chunked twice", kOk + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "refused"},
};

class Http1Answer : public ::testing::TestWithParam<AnswerRow> {
 protected:
  /// Reads the answer, `at_once` bytes at a time.
  static std::string read(const AnswerRow& row, std::size_t at_once) {
    Reading reading(row.method);
    reading.take(row.bytes, at_once);
    if (row.end != End::kNone) reading.answer.take_end(row.end == End::kOrderly);
    return reading.text();
  }
};

TEST_P(Http1Answer, IsReadAsTheRfcHasIt) { EXPECT_EQ(read(GetParam(), std::string::npos), GetParam().text); }

TEST_P(Http1Answer, IsTheSameInPieces) {
  for (const std::size_t at_once : {1U, 2U, 3U, 7U}) EXPECT_EQ(read(GetParam(), at_once), GetParam().text) << at_once;
  for (std::size_t cut = 1; cut < GetParam().bytes.size(); ++cut)
    EXPECT_EQ(read(GetParam(), cut), GetParam().text) << cut;
}

TEST_P(Http1Answer, IsNotWholeBeforeItsLastByte) {
  const AnswerRow& row = GetParam();
  const bool says_where_it_ends = row.text != "cut" && row.end == End::kNone;
  for (std::size_t size = 0; says_where_it_ends && size < row.bytes.size(); ++size) {
    Reading reading(row.method);
    reading.take(std::string_view(row.bytes).substr(0, size));
    EXPECT_NE(reading.answer.take_end(true), State::kWhole) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, Http1Answer, ::testing::ValuesIn(kRows));

}  // namespace
}  // namespace easypost_connect::unit_test
