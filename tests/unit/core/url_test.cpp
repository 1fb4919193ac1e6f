// SPDX-License-Identifier: Apache-2.0
#include "core/url.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

struct Example {
  const char* url;
  const char* host;
  const char* port;
  const char* authority;
  const char* path;
  const char* target;
};

constexpr Example kExamples[] = {
    {"https://api.test/jobs?after=1", "api.test", "443", "api.test", "/jobs", "/jobs?after=1"},
    {"https://api.test:443/jobs", "api.test", "443", "api.test", "/jobs", "/jobs"},
    {"https://api.test:8443", "api.test", "8443", "api.test:8443", "/", ""},
    {"https://api.test?x=/y", "api.test", "443", "api.test", "/", "?x=/y"},
    {"https://127.0.0.1:2000/a/b", "127.0.0.1", "2000", "127.0.0.1:2000", "/a/b", "/a/b"},
    {"https://[::1]:2000/a", "[::1]", "2000", "[::1]:2000", "/a", "/a"},
    {"https://[::1]/a", "[::1]", "443", "[::1]", "/a", "/a"},
    {"http://api.test/a", "api.test", "80", "api.test", "/a", "/a"},
    {"http://api.test:443", "api.test", "443", "api.test:443", "/", ""},
    {"https://api.test:8443/base/path?x=/y", "api.test", "8443", "api.test:8443", "/base/path", "/base/path?x=/y"},
    {"https://api.test?x:y@z", "api.test", "443", "api.test", "/", "?x:y@z"},
    {"https://[2001:db8::1]:444/x", "[2001:db8::1]", "444", "[2001:db8::1]:444", "/x", "/x"},
};

TEST(Url, SplitsAUrl) {
  for (const Example& example : kExamples) {
    const Url url(example.url);
    EXPECT_EQ(url.host, example.host) << example.url;
    EXPECT_EQ(url.port, example.port) << example.url;
    EXPECT_EQ(url.authority, example.authority) << example.url;
    EXPECT_EQ(url.path, example.path) << example.url;
    EXPECT_EQ(url.target, example.target) << example.url;
  }
}

TEST(Url, SurvivesWhatIsNoUrl) {
  for (const char* text : {"", "x", "https:/", "https://"}) EXPECT_EQ(Url(text).path, "/") << text;
}

}  // namespace
}  // namespace easypost_connect::internal
