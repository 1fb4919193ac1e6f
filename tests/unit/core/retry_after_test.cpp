// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

using std::chrono::seconds;

const WallTime kNow = std::chrono::system_clock::from_time_t(784'111'777);  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr seconds kDay{24 * 3600};

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(parse_retry_after("0", kNow), seconds(0));
  EXPECT_EQ(parse_retry_after("120", kNow), seconds(120));
  EXPECT_EQ(parse_retry_after(" 7\t", kNow), seconds(7));
}

TEST(RetryAfter, ReadsTheThreeDatesOfRfc9110) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kNow), seconds(60));
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:50:37 GMT", kNow), seconds(60));
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:50:37 1994", kNow), seconds(60));
}

TEST(RetryAfter, ADateInThePastIsNow) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:36 GMT", kNow), seconds(0));
  EXPECT_EQ(parse_retry_after("Thu, 01 Jan 1970 00:00:00 GMT", kNow), seconds(0));
}

TEST(RetryAfter, IsAtMostADay) {
  for (const char* value :
       {"86401", "4294967296", "9223372036854775808", "99999999999999999999999999999999999999",
        "Tue, 08 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 2300 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
    EXPECT_EQ(parse_retry_after(value, kNow), kDay) << value;
  }
}

struct NearMiss {
  const char* value;
  int seconds;
};

TEST(RetryAfter, ReadsNearMissesThatCanMeanOneThingOnly) {
  constexpr NearMiss kNearMisses[] = {
      {"299.997", 300},
      {"1.5", 2},
      {"0.493", 1},
      {"0.0", 0},
      {"7.", 7},
      {"+5", 5},
      {"120s", 120},
      {"12 s", 12},
      {"30 seconds", 30},
      {"\"120\"", 120},
      {"86399.5", 86400},
      {"120, 120", 120},
      {"1, 30", 30},
      {"soon, 3", 3},
      {"Sun, 06 Nov 1994 08:50:37 UTC", 60},
      {"Sun, 06 Nov 1994 08:50:37 gmt", 60},
      {"Sun, 06 Nov 1994 08:50:37 Z", 60},
      {"Sun, 06 Nov 1994 08:50:37", 60},
      {"Sun, 06 Nov 1994 08:50:37 +0000", 60},
      {"Sun, 06 Nov 1994 09:50:37 +0100", 60},
      {"Sun, 06 Nov 1994 03:20:37 -05:30", 60},
      {"Sun, 06-Nov-1994 08:50:37 GMT", 60},
      {"06 Nov 1994 08:50:37 GMT", 60},
      {"1994-11-06T08:50:37Z", 60},
      {"1994-11-06T08:50:37.000Z", 60},
      {"1994-11-06T10:50:37+02:00", 60},
  };
  for (const auto& [value, expected] : kNearMisses) {
    EXPECT_EQ(parse_retry_after(value, kNow), seconds(expected)) << value;
  }
}

TEST(RetryAfter, IgnoresWhatMakesNoSense) {
  for (const std::string& value : {std::string(),
                                   std::string(" "),
                                   std::string("soon"),
                                   std::string("-1"),
                                   std::string("-3.5"),
                                   std::string(".5"),
                                   std::string("1e3"),
                                   std::string("5 minutes"),
                                   std::string("+"),
                                   std::string("1.2.3"),
                                   std::string("0x10"),
                                   std::string("\"\""),
                                   std::string("Sun"),
                                   std::string("Sun, 06 Nov 1994"),
                                   std::string("Sun Nov  6 08:50:37"),
                                   std::string(","),
                                   std::string("Sun, 06 Foo 1994 08:49:37 GMT"),
                                   std::string("Sun, 99 Nov 1994 08:49:37 GMT"),
                                   std::string("Sun, 06 Nov 1994 08:50:37 CET"),
                                   std::string("Sun, 06 Nov 1994 08:50:37 +1"),
                                   std::string(5000, '9')}) {
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value.substr(0, 40);
  }
}

TEST(ParseTime, ReadsDatesOfHttpAndIso8601AsFarAsTheClockGoes) {
  const WallTime moment(std::chrono::seconds(1'795'617'695));
  EXPECT_EQ(parse_time("Wed, 25 Nov 2026 14:41:35 GMT"), moment);
  EXPECT_EQ(parse_time(" 2026-11-25T14:41:35.9Z"), moment);
  EXPECT_EQ(parse_time("2026-11-25T15:41:35+01:00"), moment);
  EXPECT_EQ(parse_time("9999-12-31T23:59:59Z"), std::nullopt);
  EXPECT_EQ(parse_time("soon"), std::nullopt);
  EXPECT_EQ(parse_time(""), std::nullopt);
}

TEST(RetryAfter, IsFoundAmongTheHeaders) {
  EXPECT_EQ(retry_after({{"RETRY-AFTER", "3"}}, kNow), seconds(3));
  EXPECT_EQ(retry_after({{"x-other", "3"}}, kNow), std::nullopt);
}

TEST(RetryAfter, OfSeveralFieldsTheLongestCounts) {
  EXPECT_EQ(retry_after({{"retry-after", "3"}, {"Retry-After", "10"}, {"retry-after", "soon"}}, kNow), seconds(10));
}

TEST(RetryAfter, ComesInMillisecondsToo) {
  EXPECT_EQ(retry_after({{"retry-after-ms", "312"}}, kNow), seconds(1));
  EXPECT_EQ(retry_after({{"x-ms-retry-after-ms", "2000"}}, kNow), seconds(2));
  EXPECT_EQ(retry_after({{"retry-after-ms", "99999999999999999999"}}, kNow), kDay);
  EXPECT_EQ(retry_after({{"retry-after-ms", "1 s"}}, kNow), std::nullopt);
  EXPECT_EQ(retry_after({{"retry-after-ms", "9000"}, {"retry-after", "8"}}, kNow), seconds(8));
}

}  // namespace
}  // namespace easypost_connect::internal
