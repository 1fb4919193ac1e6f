// SPDX-License-Identifier: Apache-2.0
#include "wire/proxy_setting.hpp"

#include <stdlib.h>
#include <curl/curl.h>

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Takes the proxy variables away, and gives them back.
class ProxySettingTest : public ::testing::Test {
 protected:
  ProxySettingTest() {
    for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
      if (const char* value = ::getenv(name)) before_[name] = value;
      ::unsetenv(name);
      names_.emplace_back(name);
    }
  }
  ~ProxySettingTest() override {
    for (const auto& name : names_) ::unsetenv(name.c_str());
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> before_;
};

TEST_F(ProxySettingTest, IsTheFirstVariableThatIsNotEmpty) {
  EXPECT_TRUE(proxy_setting().none());
  ::setenv("http_proxy", "http://other:1", 1);
  EXPECT_TRUE(proxy_setting().none());
  ::unsetenv("http_proxy");
  ::setenv("ALL_PROXY", "socks5h://d:4", 1);
  EXPECT_EQ(proxy_setting().place(), "d:4 (ALL_PROXY)");
  EXPECT_TRUE(proxy_setting().is_socks());
  ::setenv("all_proxy", "c:3", 1);
  EXPECT_EQ(proxy_setting().place(), "c:3 (all_proxy)");
  EXPECT_FALSE(proxy_setting().is_socks());
  ::setenv("HTTPS_PROXY", "http://b", 1);
  EXPECT_EQ(proxy_setting().place(), "b (HTTPS_PROXY)");
  ::setenv("https_proxy", "", 1);
  EXPECT_EQ(proxy_setting().place(), "b (HTTPS_PROXY)");
  ::setenv("https_proxy", "https://[::1]:1/path", 1);
  EXPECT_EQ(proxy_setting().place(), "[::1]:1 (https_proxy)");
}

struct Value {
  const char* text;
  const char* flaw;  // "" if there is none
  ProxyLogin login;
};

constexpr auto kNone = ProxyLogin::kNone;
constexpr auto kPassword = ProxyLogin::kPassword;
constexpr const char* kUnencoded = "user or password hold";
constexpr const char* kBlank = "a blank, a line end or a quotation mark";
constexpr const char* kNoUrl = "not a URL";
constexpr const char* kScheme = "its scheme is none of";

constexpr Value kValues[] = {
    {"http://host:1", "", kNone},
    {"host:1", "", kNone},
    {"HTTP://host:1", "", kNone},
    {"http://host:1/", "", kNone},
    {"http://:@host:1", "", ProxyLogin::kTicket},
    {"http://@host:1", "", ProxyLogin::kTicket},
    {"http://user@host:1", "", kPassword},
    {"http://user:canary@host:1", "", kPassword},
    {"user:canary@host:1", "", kPassword},
    {"http://user:can%40ary%2F%23@host:1", "", kPassword},
    {"http://DOMAIN\\user:canary@host:1", "", kPassword},
    {"http://DOMAIN%5Cuser:canary@host:1", "", kPassword},
    {"http://user:can:ary@host:1", "", kPassword},
    {"http://user:can@ary@host:1", kUnencoded, kNone},
    {"http://user@corp.example:canary@host:1", kUnencoded, kPassword},
    {"http://user:can#ary@host:1", kUnencoded, kNone},
    {"http://user:1#canary@host:1", kUnencoded, kNone},
    {"http://user:can/ary@host:1", kUnencoded, kNone},
    {"http://user:can?ary@host:1", kUnencoded, kNone},
    {"http://user:c@nary/x@host:1", kUnencoded, kPassword},
    {"user:can/ary@host:1", kUnencoded, kNone},
    {"http://user:can ary@host:1", kBlank, kNone},
    {" http://user:canary@host:1", kBlank, kNone},
    {"http://user:canary@host:1\n", kBlank, kNone},
    {"\"http://user:canary@host:1\"", kBlank, kNone},
    {"[\"http://user:canary@host:1\"]", kBlank, kNone},
    {"http://user:canary@host:1\r", kBlank, kNone},
    {"http://user:canary@host:1;socks=host:2", kNoUrl, kNone},
    {"http://user:canary@host:port", kNoUrl, kNone},
    {"http://user:canary@host:99999", kNoUrl, kNone},
    {"http://user:canary@:1", kNoUrl, kNone},
    {"htp://user:canary@host:1", kScheme, kPassword},
    {"socks://user:canary@host:1", "", kPassword},
    {"socks9://user:canary@host:1", kScheme, kPassword},
    {"ftp://user:canary@host:1", kScheme, kPassword},
};

TEST_F(ProxySettingTest, ReadsAValueAsLibcurlDoesAndKeepsNoPassword) {
  for (const auto& [text, flaw, login] : kValues) {
    SCOPED_TRACE(text);
    ::setenv("https_proxy", text, 1);
    const ProxySetting setting = proxy_setting();
    EXPECT_EQ(setting.variable, "https_proxy");
    if (*flaw == '\0') {
      EXPECT_THAT(setting.flaw, IsEmpty());
      EXPECT_EQ(setting.place(), "host:1 (https_proxy)");
      EXPECT_EQ(setting.login, login);
    } else {
      EXPECT_THAT(setting.flaw, HasSubstr(flaw));
      EXPECT_EQ(setting.place(), "in https_proxy");
    }
    const std::string all = setting.place() + setting.flaw + setting.scheme + setting.host + setting.port;
    EXPECT_THAT(all, Not(HasSubstr("ary")));
  }
}

struct Exclusion {
  const char* no_proxy;
  const char* url;
  bool goes_through;
};

// libcurl documents these rules.
constexpr Exclusion kExclusions[] = {
    {"", "https://api.test/jobs", true},
    {"other.test", "https://api.test/jobs", true},
    {"api.test", "https://api.test/jobs", false},
    {"other.test, API.test", "https://api.test:8443", false},
    {".test", "https://api.test/jobs?x=1", false},
    {"est", "https://api.test", true},
    {"*", "https://api.test", false},
    {"127.0.0.1", "https://127.0.0.1:20443/jobs", false},
    {"::1", "https://[::1]:20443/jobs", false},
};

TEST_F(ProxySettingTest, LibcurlSaysWhatNoProxyLeavesOut) {
  for (const auto& [no_proxy, url, goes_through] : kExclusions) {
    SCOPED_TRACE(no_proxy);
    ::setenv("no_proxy", no_proxy, 1);
    EXPECT_EQ(goes_through_proxy(url), goes_through);
  }
}

TEST_F(ProxySettingTest, APasswordIsNotForNegotiateAndATicketForNothingElse) {
  EXPECT_EQ(proxy_schemes(kPassword) & static_cast<long>(CURLAUTH_NEGOTIATE), 0);
  EXPECT_NE(proxy_schemes(kPassword) & static_cast<long>(CURLAUTH_DIGEST), 0);
  if ((curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SPNEGO) == 0) return;
  EXPECT_EQ(proxy_schemes(ProxyLogin::kTicket), static_cast<long>(CURLAUTH_NEGOTIATE));
}

}  // namespace
}  // namespace easypost_connect::internal
