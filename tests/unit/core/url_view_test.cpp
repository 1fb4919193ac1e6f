// SPDX-License-Identifier: Apache-2.0
#include "core/url_view.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

struct Example {
  const char* url;
  const char* host;
  const char* authority;
  const char* path;
  const char* target;
};

constexpr Example kExamples[] = {
    {"https://api.test/jobs?after=1", "api.test", "api.test", "/jobs", "/jobs?after=1"},
    {"https://api.test:443/jobs", "api.test", "api.test", "/jobs", "/jobs"},
    {"https://api.test:8443", "api.test", "api.test:8443", "/", ""},
    {"https://api.test?x=/y", "api.test", "api.test", "/", "?x=/y"},
    {"https://127.0.0.1:2000/a/b", "127.0.0.1", "127.0.0.1:2000", "/a/b", "/a/b"},
    {"https://[::1]:2000/a", "[::1]", "[::1]:2000", "/a", "/a"},
    {"https://[::1]/a", "[::1]", "[::1]", "/a", "/a"},
};

TEST(UrlView, SplitsAUrl) {
  for (const Example& example : kExamples) {
    const UrlView url(example.url);
    EXPECT_EQ(url.host, example.host) << example.url;
    EXPECT_EQ(url.authority, example.authority) << example.url;
    EXPECT_EQ(url.path, example.path) << example.url;
    EXPECT_EQ(url.target, example.target) << example.url;
  }
}

TEST(UrlView, SurvivesWhatIsNoUrl) {
  for (const char* text : {"", "x", "https:/", "https://"}) EXPECT_EQ(UrlView(text).path, "/") << text;
}

}  // namespace
}  // namespace easypost_connect::internal
