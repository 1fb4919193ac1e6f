// SPDX-License-Identifier: Apache-2.0
#include "core/retry_after.hpp"

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

TEST(RetryAfter, IgnoresWhatMakesNoSense) {
  for (const std::string& value :
       {std::string(), std::string(" "), std::string("soon"), std::string("-1"), std::string("1.5"),
        std::string("12 s"), std::string("+5"), std::string("Sun, 06 Foo 1994 08:49:37 GMT"),
        std::string("Sun, 99 Nov 1994 08:49:37 GMT"), std::string(5000, '9')}) {
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value.substr(0, 40);
  }
}

TEST(RetryAfter, IsFoundAmongTheHeaders) {
  EXPECT_EQ(retry_after({{"RETRY-AFTER", "3"}}, kNow), seconds(3));
  EXPECT_EQ(retry_after({{"x-other", "3"}}, kNow), std::nullopt);
}

}  // namespace
}  // namespace easypost_connect::internal
