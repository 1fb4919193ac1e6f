// SPDX-License-Identifier: Apache-2.0
#include "wire/parsed_url.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

constexpr const char* kUrls[] = {
    "https://host",          "https://host/",          "https://host?a=b",      "https://host/?",
    "https://host/a/../b",   "https://host//a/./b",    "https://host/%2e%2e/",  "https://host/%2f%2F?%2f%2F",
    "https://host/a?b?c=/.", "https://host/a?b=+&c='", "https://[::1]:8443/a?", "https://host:8443/a;b=c",
};

TEST(ParsedUrl, AsksForWhatWasWritten) {
  for (const std::string url : kUrls) {
    ParsedUrl parsed;
    ASSERT_TRUE(parsed.parse(url)) << url;
    EXPECT_TRUE(parsed.asks_as_written(url)) << url;
  }
}

TEST(ParsedUrl, NoticesWhatWouldBeAskedForInstead) {
  for (const std::string url : kUrls) {
    ParsedUrl parsed;
    ASSERT_TRUE(parsed.parse(url));
    EXPECT_FALSE(parsed.asks_as_written(url + "/x")) << url;
  }
  ParsedUrl parsed;
  ASSERT_TRUE(parsed.parse("https://host/a?b"));
  for (const char* url :
       {"https://host/a", "https://host/a?", "https://host/A?b", "https://host/a?B", "https://host"}) {
    EXPECT_FALSE(parsed.asks_as_written(url)) << url;
  }
}

TEST(ParsedUrl, CannotBeWhatIsNone) {
  ParsedUrl parsed;
  EXPECT_FALSE(parsed.parse("https://ho st/"));
  EXPECT_FALSE(parsed.parse("https://host:99999/"));
}

}  // namespace
}  // namespace easypost_connect::internal
