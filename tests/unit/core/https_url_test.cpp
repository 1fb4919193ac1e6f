// SPDX-License-Identifier: Apache-2.0
#include "core/url.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;

const std::string kApi = "https://api.example.test";

std::string joined(std::string_view path, const std::string& api_url = kApi,
                   const std::vector<QueryParameter>& query = {}) {
  auto url = join_url(api_url, path, query);
  return url ? *url : "refused: " + url.error().message;
}

struct Joined {
  const char* api_url;
  const char* path;
  const char* url;
};

TEST(JoinUrl, PutsThePathBelowTheApi) {
  constexpr Joined kRows[] = {
      {"https://api.example.test", "/jobs", "https://api.example.test/jobs"},
      {"https://api.example.test/", "/jobs", "https://api.example.test/jobs"},
      {"https://api.example.test/v1/base", "/jobs/42", "https://api.example.test/v1/base/jobs/42"},
      {"https://api.example.test/v1/", "/jobs/", "https://api.example.test/v1/jobs/"},
      {"https://api.example.test:8443", "/", "https://api.example.test:8443/"},
      {"https://[::1]:8443", "/jobs", "https://[::1]:8443/jobs"},
      {"https://api.example.test", "/jobs?state=done", "https://api.example.test/jobs?state=done"},
      {"https://api.example.test", "/jobs/%2F%23%3F", "https://api.example.test/jobs/%2F%23%3F"},
      {"https://api.example.test", "/jobs/a..b/...", "https://api.example.test/jobs/a..b/..."},
      {"https://api.example.test", "/jobs?path=../x", "https://api.example.test/jobs?path=../x"},
      {"https://api.example.test", "/see/http://other.test", "https://api.example.test/see/http://other.test"},
      {"https://api.example.test", "/mail/a@b", "https://api.example.test/mail/a@b"},
  };
  for (const auto& row : kRows) EXPECT_EQ(joined(row.path, row.api_url), row.url);
}

TEST(JoinUrl, AcceptsAnAbsoluteUrlOfTheSameOrigin) {
  constexpr Joined kRows[] = {
      {"https://api.example.test", "https://api.example.test/jobs/42", ""},
      {"https://api.example.test", "https://api.example.test:443/jobs", ""},
      {"https://api.example.test:443", "https://api.example.test/jobs", ""},
      {"https://api.example.test", "HTTPS://API.Example.TEST/Jobs", ""},
      {"https://API.example.test/v1", "https://api.example.test/jobs", ""},
      {"https://api.example.test:8443", "https://api.example.test:8443/jobs?next=%2Fjobs", ""},
      {"https://[::1]:8443", "https://[::1]:8443/jobs", ""},
      {"https://api.example.test", "https://api.example.test", ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(joined(row.path, row.api_url), row.path);
}

constexpr const char* kElsewhere[] = {"https://evil.test/jobs",
                                      "https://evil.test",
                                      "http://api.example.test/jobs",
                                      "http://api.example.test",
                                      "ftp://api.example.test/jobs",
                                      "file:///etc/passwd",
                                      "javascript://api.example.test/%0Aalert(1)",
                                      "//evil.test/jobs",
                                      "///evil.test",
                                      "//api.example.test/jobs",
                                      "https:/evil.test",
                                      "https:evil.test",
                                      "https:///evil.test",
                                      "https://",
                                      "https:///",
                                      "https://api@evil.test/jobs",
                                      "https://api.example.test@evil.test/jobs",
                                      "https://user@api.example.test/jobs",
                                      "https://user:password@api.example.test/jobs",
                                      "https://@api.example.test/jobs",
                                      "https://api.example.test:8443/jobs",
                                      "https://api.example.test:80/jobs",
                                      "https://api.example.test:/jobs",
                                      "https://api.example.test:0443/jobs",
                                      "https://api.example.test:443@evil.test/",
                                      "https://api.example.test:x/jobs",
                                      "https://api.example.test:-443/jobs",
                                      "https://api.example.test:+443/jobs",
                                      "https://api.example.test.evil.test/jobs",
                                      "https://api.example.test./jobs",
                                      "https://api.example.test%2eevil.test/",
                                      "https://api.example.test%40evil.test/",
                                      "https://api.example.test%2F.evil.test/",
                                      "https://evilapi.example.test/",
                                      "https://example.test/",
                                      "https://api",
                                      "https://api.example.test#@evil.test/",
                                      "https://evil.test?https://api.example.test/",
                                      "https://evil.test#https://api.example.test/",
                                      "https://[::1]/jobs",
                                      "xhttps://api.example.test/jobs"};

TEST(JoinUrl, RefusesEveryPathThatLeadsElsewhere) {
  for (const char* path : kElsewhere) {
    EXPECT_THAT(join_url(kApi, path, {}), AllOf(IsError(ErrorCode::kInvalidRequest), BlamedOn(Factor::kRequest)))
        << path;
  }
}

TEST(JoinUrl, RefusesARelativePath) {
  for (const char* path : {"", "jobs", "?state=done", "@evil.test/", ".evil.test/", ":8443/jobs", "..", "-evil.test"}) {
    EXPECT_THAT(join_url(kApi, path, {}), IsError(ErrorCode::kInvalidRequest)) << path;
  }
}

TEST(JoinUrl, RefusesDotSegmentsHoweverTheyAreWritten) {
  for (const std::string dots : {".", "..", "%2e", "%2E", "%2e%2e", "%2E%2E", "%2e.", ".%2E", "%2e%2E"}) {
    for (const std::string& path : {"/" + dots, "/" + dots + "/admin", "/jobs/" + dots + "/admin", "/jobs/" + dots,
                                    "/jobs/" + dots + "?a=b", kApi + "/" + dots + "/admin"}) {
      EXPECT_THAT(join_url(kApi, path, {}), AllOf(IsError(ErrorCode::kInvalidRequest), Says("segment"))) << path;
    }
  }
}

TEST(JoinUrl, RefusesEveryUnsafeByteAnywhere) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool unsafe = byte <= ' ' || byte > '~' || c == '\\' || c == '"' || c == '<' || c == '>' || c == '#';
    for (const std::string& path :
         {"/jobs" + std::string(1, c), "/" + std::string(1, c) + "jobs", "/jobs?a=" + std::string(1, c)}) {
      if (path == "//jobs" || path == "/.") continue;  // refused for reasons of their own
      EXPECT_EQ(join_url(kApi, path, {}).has_value(), !unsafe) << "byte " << byte;
    }
  }
}

TEST(JoinUrl, RefusesHeaderSmuggling) {
  const std::string nul("/jobs\0.evil", 11);
  for (const std::string& path :
       {std::string("/jobs HTTP/1.1\r\nx-evil: 1"), std::string("/jobs\n"), std::string("/jobs\r"), nul,
        std::string("\\\\evil.test\\jobs"), std::string("/\\evil.test"), std::string("https:\\\\evil.test"),
        std::string("https://api.example.test\\@evil.test/")}) {
    const auto url = join_url(kApi, path, {});
    ASSERT_THAT(url, IsError(ErrorCode::kInvalidRequest));
    EXPECT_EQ(url.error().message.find_first_of("\r\n\\"), std::string::npos);  // the message repeats nothing of it
  }
}

TEST(JoinUrl, EncodesTheQuery) {
  EXPECT_EQ(joined("/jobs", kApi, {{"state", "done & dusted"}, {"a/b", "\r\n#?+"}, {"empty", ""}}),
            "https://api.example.test/jobs?state=done%20%26%20dusted&a%2Fb=%0D%0A%23%3F%2B&empty=");
}

TEST(JoinUrl, AppendsTheQueryToOneThatIsThere) {
  EXPECT_EQ(joined("/jobs?a=1", kApi, {{"b", "2"}, {"c", "3"}}), "https://api.example.test/jobs?a=1&b=2&c=3");
  EXPECT_EQ(joined(kApi + "/jobs", kApi, {{"b", "2"}}), "https://api.example.test/jobs?b=2");
}

struct Problem {
  const char* url;
  const char* problem;
};

TEST(ProblemOf, NamesWhatIsWrongWithAUrl) {
  constexpr Problem kProblems[] = {
      {"", "is empty"},
      {"api.example.test", "does not begin with https://"},
      {"http://api.example.test", "does not begin with https://"},
      {"ftp://api.example.test", "does not begin with https://"},
      {"https:/api.example.test", "does not begin with https://"},
      {"https://api.example.test ", "ends with a blank or a line break"},
      {" https://api.example.test", "begins with a blank or a line break"},
      {"https://api.example.test\n", "ends with a blank or a line break"},
      {"https://api.example .test", "holds a blank or a line break"},
      {"https://api.example.test\r\nx: y", "holds a blank or a line break"},
      {"https://api.example.test\x01", "holds a character that is not allowed in a URL"},
      {"https://api.\xC3\xBC.test", "holds a character that is not allowed in a URL"},
      {"https://user:password@api.example.test", "holds a user name or password"},
      {"https://api.example.test/#part", "holds a fragment"},
      {"https://", "names no host"},
      {"https:///jobs", "names no host"},
      {"https://:443", "names no host"},
      {"https://?x", "names no host"},
      {"https://api.example.test:", "has a port that is no number from 1 to 65535"},
      {"https://api.example.test:https", "has a port that is no number from 1 to 65535"},
      {"https://api.example.test:443:443", "has a port that is no number from 1 to 65535"},
      {"https://[::1]:", "has a port that is no number from 1 to 65535"},
  };
  for (const auto& row : kProblems) EXPECT_EQ(problem_of(row.url), row.problem) << row.url;
}

TEST(ProblemOf, RefusesPortsThatDoNotExistAndBrokenIpv6) {  // libcurl would only say so at the first call
  for (const char* url : {"https://api.example.test:0", "https://api.example.test:65536",
                          "https://api.example.test:99999", "https://[::1", "https://[::1]evil.test", "https://[]"}) {
    EXPECT_NE(problem_of(url), "") << url;
  }
}

TEST(ProblemOf, AcceptsGoodUrls) {
  for (const char* url :
       {"https://api.example.test", "HTTPS://api.example.test/", "https://api.example.test:8443/base?x=y",
        "https://127.0.0.1:1", "https://[::1]", "https://[::1]:65535/", "https://localhost",
        "https://bucket.test/key?X-Amz-Signature=a%2Fb&c=d@e:f"}) {
    EXPECT_EQ(problem_of(url), "") << url;
  }
}

}  // namespace
}  // namespace easypost_connect::internal
