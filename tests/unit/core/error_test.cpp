// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/error.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Error full_error() {
  Error error;
  error.code = ErrorCode::kTls;
  error.factor = Factor::kClientCertificate;
  error.message = "The server refused the client certificate.";
  error.remedy = "Get a new one.";
  error.seen = {400, "unknown_ca", "invalid_client", "Failure when receiving data from the peer (56)"};
  error.request_id = "req-42";
  return error;
}

TEST(Error, DescribesItselfInThreeLines) {
  EXPECT_EQ(full_error().describe(),
            "client certificate: The server refused the client certificate.\n"
            "  seen: HTTP status 400, TLS alert unknown_ca, OAuth error invalid_client, "
            "libcurl: Failure when receiving data from the peer (56), request id req-42\n"
            "  do:   Get a new one.");
}

TEST(Error, DescribesOnlyWhatIsThere) {
  Error error;
  error.message = "No.";
  EXPECT_EQ(error.describe(), "request: No.");
  error.seen.http_status = 503;
  EXPECT_EQ(error.describe(), "request: No.\n  seen: HTTP status 503");
}

TEST(Error, DoesNotDescribeTheAnswer) {
  Error error = full_error();
  error.response = Response{400, {{"x-echo", "canary-secret-in-header"}}, "canary-secret-in-body"};
  EXPECT_THAT(error.describe(), Not(HasSubstr("canary")));
}

TEST(Error, EveryCodeHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  int codes = 0;
  for (auto code = ErrorCode::kInvalidOption; code <= ErrorCode::kBodyIo;
       code = static_cast<ErrorCode>(static_cast<int>(code) + 1)) {
    words.insert(to_string(code));
    ++codes;
  }
  EXPECT_EQ(codes, 14);
  EXPECT_EQ(words.size(), 14U);
  EXPECT_EQ(words.count("unknown"), 0U);
}

TEST(Error, EveryFactorHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (auto factor = Factor::kClientCertificate; factor <= Factor::kService;
       factor = static_cast<Factor>(static_cast<int>(factor) + 1)) {
    words.insert(to_string(factor));
  }
  EXPECT_EQ(words.size(), 8U);
  EXPECT_EQ(words.count("unknown"), 0U);
}

TEST(ConnectError, CarriesTheErrorAndSaysWhatItDescribes) {
  const ConnectError thrown(full_error());
  EXPECT_EQ(thrown.what(), full_error().describe());
  EXPECT_EQ(thrown.error().request_id, "req-42");
}

}  // namespace
}  // namespace easypost_connect
