// SPDX-License-Identifier: Apache-2.0
#include "wire/response_builder.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::Eq;
using ::testing::Optional;

class ResponseBuilder : public ::testing::Test {
 protected:
  ResponseBuilder() { reset(1000); }

  /// Hands over a line of a head as a codec does. Returns whether the codec goes on.
  bool header(const std::string& line) {
    if (!sink_.on_head_bytes(line.size())) return false;
    const std::string text = line.substr(0, line.find('\r'));
    const auto colon = text.find(": ");
    if (text.rfind("HTTP/", 0) == 0) {
      status_ = std::stoi(text.substr(9));
      sink_.on_head();
    } else if (colon != std::string::npos) {
      return sink_.on_field(text.substr(0, colon), text.substr(colon + 2));
    } else {
      sink_.on_head_end(status_);
    }
    return true;
  }
  bool body(const std::string& part) { return sink_.on_body(part); }

  void reset(std::size_t limit) { sink_.reset(Method::kGet, limit, nullptr, progress_); }
  Response take(int status) { return sink_.take(status).value(); }

  int status_ = 0;
  internal::ProgressReport progress_;
  internal::ResponseBuilder sink_;
};

TEST_F(ResponseBuilder, CollectsAnAnswer) {
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "Content-Type: text/plain\r\n", "content-length: 11\r\n", "\r\n"}) {
    EXPECT_TRUE(header(line));
  }
  EXPECT_TRUE(body("hello "));
  EXPECT_TRUE(body("world"));
  EXPECT_TRUE(body(""));
  const Response response = take(200);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello world");
  EXPECT_EQ(response.headers.size(), 2U);
  EXPECT_THAT(response.headers.find("content-type"), Optional(Eq("text/plain")));
}

TEST_F(ResponseBuilder, DropsTheHeadersOfAnInterimAnswer) {
  for (const char* line : {"HTTP/1.1 100 Continue\r\n", "x-interim: 1\r\n", "\r\n", "HTTP/1.1 103 Early Hints\r\n",
                           "link: </x>\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "x-final: 1\r\n", "\r\n"}) {
    EXPECT_TRUE(header(line));
  }
  const Response response = take(200);
  EXPECT_EQ(response.headers.size(), 1U);
  EXPECT_TRUE(response.headers.find("x-final").has_value());
}

TEST_F(ResponseBuilder, TakesABodyUpToTheLimit) {
  EXPECT_TRUE(body(std::string(600, 'x')));
  EXPECT_TRUE(body(std::string(400, 'x')));
  EXPECT_FALSE(sink_.too_large());
  EXPECT_EQ(take(200).body.size(), 1000U);
}

TEST_F(ResponseBuilder, StopsAtOneByteMore) {
  EXPECT_TRUE(body(std::string(1000, 'x')));
  EXPECT_FALSE(body("x"));
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseBuilder, StopsAtOneLargePart) {
  EXPECT_FALSE(body(std::string(1001, 'x')));
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseBuilder, AFloodOfHeadersStopsTheTransfer) {
  const std::string line = "x-flood: " + std::string(1000, 'x') + "\r\n";
  int accepted = 0;
  while (accepted < 1000 && header(line)) ++accepted;
  EXPECT_GT(accepted, 100);
  EXPECT_LT(accepted, 300);
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseBuilder, AFloodOfInterimAnswersStopsTheTransferToo) {
  int accepted = 0;
  while (accepted < 100'000 && header("HTTP/1.1 100 Continue\r\n")) ++accepted;
  EXPECT_LT(accepted, 100'000);
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseBuilder, BelievesNoContentLength) {
  for (const char* length :
       {"18446744073709551615", "99999999999999999999999999", "-1", "abc", "", "1e9", "0x7fffffff"}) {
    reset(std::size_t{1} << 40U);
    EXPECT_TRUE(header("Content-Length: " + std::string(length) + "\r\n"));
    EXPECT_TRUE(body("short"));
    const Response response = take(200);
    EXPECT_EQ(response.body, "short");
    EXPECT_LE(response.body.capacity(), 2U * 1024U * 1024U) << length;
  }
}

TEST_F(ResponseBuilder, ReservesWhatIsAnnounced) {  // an ordinary body is then stored without moving
  EXPECT_TRUE(header("Content-Length: 900\r\n"));
  EXPECT_TRUE(body("x"));
  const Response response = take(200);
  EXPECT_GE(response.body.capacity(), 900U);
}

/// A refusal keeps 64 KiB, or what the answer may have if that is less.
TEST_F(ResponseBuilder, KeepsTheBeginningOfALongRefusal) {
  constexpr std::size_t kRefusal = internal::ResponseBuilder::kLargestRefusal;
  for (const auto& [limit, kept] :
       {std::pair(std::size_t{64} << 20U, kRefusal), {std::size_t{100}, std::size_t{100}}}) {
    reset(limit);
    EXPECT_TRUE(header("HTTP/1.1 403 Forbidden\r\n"));
    EXPECT_TRUE(header("Content-Length: 67108864\r\n"));
    EXPECT_TRUE(header("\r\n"));
    std::size_t given = 0;
    while (given < std::size_t{1} << 20U && body(std::string(100, 'x'))) given += 100;
    EXPECT_EQ(given, kept / 100 * 100);
    EXPECT_TRUE(sink_.cut());
    EXPECT_FALSE(sink_.too_large());
    const Response response = take(403);
    EXPECT_EQ(response.body.size(), kept);
    EXPECT_EQ(response.body.capacity(), kept);
  }
}

TEST_F(ResponseBuilder, ReservesNoMoreThanTheLimit) {
  EXPECT_TRUE(header("Content-Length: 900000\r\n"));
  const Response response = take(200);
  EXPECT_LT(response.body.capacity(), 900'000U);
}

TEST_F(ResponseBuilder, KeepsNothingFromTheAnswerBefore) {
  EXPECT_TRUE(header("x-old: 1\r\n"));
  EXPECT_FALSE(body(std::string(1001, 'x')));
  reset(5);
  EXPECT_FALSE(sink_.too_large());
  EXPECT_TRUE(body("12345"));
  const Response response = take(201);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "12345");
  EXPECT_TRUE(response.headers.empty());
}

class ResponseIntoAFile : public ResponseBuilder {
 protected:
  ResponseIntoAFile() { answers(Method::kGet); }

  void answers(Method method) { sink_.reset(method, 100'000, internal::drain_of(target_), progress_); }

  /// Begins the head of an answer.
  void begin(const std::string& status) {
    EXPECT_TRUE(header("HTTP/1.1 " + status + "\r\n"));
    EXPECT_TRUE(header("\r\n"));
  }

  test_support::TemporaryFolder folder_;
  BodySink target_ = BodySink::to_file(folder_.path("letters.pdf"));
};

TEST_F(ResponseIntoAFile, IsThereWhenItIsTaken) {
  begin("200 OK");
  EXPECT_TRUE(body("01234"));
  EXPECT_TRUE(body("56789"));
  EXPECT_EQ(folder_.read("letters.pdf"), "");
  const Response response = take(200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.streamed_bytes, 10U);
  EXPECT_EQ(folder_.read("letters.pdf"), "0123456789");
}

TEST_F(ResponseIntoAFile, IsDiscardedWhenItIsNotTaken) {
  begin("200 OK");
  EXPECT_TRUE(body("01234"));
  EXPECT_EQ(folder_.count(), 1);
  sink_.close();
  EXPECT_EQ(folder_.count(), 0);
}

TEST_F(ResponseIntoAFile, MayBeEmpty) {
  begin("200 OK");
  EXPECT_EQ(take(200).streamed_bytes, 0U);
  EXPECT_EQ(folder_.count(), 1);
}

TEST_F(ResponseIntoAFile, IsLeftAloneByAnAnswerThatHasNoBodyByItsKind) {
  struct Row {
    Method method;
    int status;
  };
  folder_.write("letters.pdf", "of yesterday");
  for (const Row& row : {Row{Method::kHead, 200}, Row{Method::kGet, 204}, Row{Method::kDelete, 205}}) {
    answers(row.method);
    begin(std::to_string(row.status) + " Of its kind");
    EXPECT_EQ(take(row.status).streamed_bytes, 0U);
    EXPECT_EQ(folder_.read("letters.pdf"), "of yesterday") << row.status;
  }
}

TEST_F(ResponseIntoAFile, IsNoRefusal) {
  begin("404 Not Found");
  EXPECT_TRUE(body("no such letter"));
  EXPECT_EQ(take(404).body, "no such letter");
  EXPECT_EQ(folder_.count(), 0);
}

TEST_F(ResponseIntoAFile, KeepsTheBeginningOfALongRefusal) {
  begin("502 Bad Gateway");
  EXPECT_TRUE(body(std::string(60'000, 'x')));
  EXPECT_FALSE(body(std::string(30'000, 'x')));
  EXPECT_TRUE(sink_.cut());
  EXPECT_EQ(take(502).body.size(), internal::ResponseBuilder::kLargestRefusal);
}

TEST_F(ResponseIntoAFile, EndsAtTheLimit) {
  begin("200 OK");
  EXPECT_TRUE(body(std::string(60'000, 'x')));
  EXPECT_FALSE(body(std::string(60'000, 'x')));
  EXPECT_TRUE(sink_.too_large());
}

TEST_F(ResponseIntoAFile, EndsWhenItCannotBeWritten) {
  target_ = BodySink::to_file(folder_.path("missing/letters.pdf"));
  sink_.reset(Method::kGet, 1000, internal::drain_of(target_), progress_);
  begin("200 OK");
  EXPECT_FALSE(body("01234"));
  EXPECT_THAT(sink_.outcome(), test_support::IsError(ErrorCode::kBodyIo));
}

TEST_F(ResponseBuilder, TellsHowMuchHasCome) {
  std::vector<Progress> told;
  const ProgressCallback tell = [&](const Progress& progress) { told.push_back(progress); };
  progress_.begin(tell, 0);
  EXPECT_TRUE(header("Content-Length: 10\r\n"));
  EXPECT_TRUE(body("01234"));
  EXPECT_TRUE(body("56789"));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told.front().received, 5U);
  EXPECT_EQ(told.back().received, 10U);
  EXPECT_EQ(told.back().to_receive, 10U);
}

TEST_F(ResponseBuilder, KeepsBinaryBodies) {
  const std::string bytes("\0\xFF\r\n\0", 5);
  EXPECT_TRUE(body(bytes));
  EXPECT_EQ(take(200).body, bytes);
}

}  // namespace
}  // namespace easypost_connect::unit_test
