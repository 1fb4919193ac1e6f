// SPDX-License-Identifier: Apache-2.0
#include "facade/general_words.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "result_matchers.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string in_general(const std::string& text) {
  Error error = make_error(ErrorCode::kTls, Factor::kClientCertificate, text, text);
  say_in_general(error);
  EXPECT_EQ(error.message, error.remedy);
  return error.message;
}

TEST(GeneralWords, LeaveOutVariables) {
  EXPECT_EQ(in_general("give it as server_ca (EASYPOST_CONNECT_CA_FILE)."), "give it as server_ca.");
  EXPECT_EQ(in_general("a (EASYPOST_CONNECT_CLIENT_KEY) and b (EASYPOST_CONNECT_CLIENT_CERT)"), "a and b");
  EXPECT_EQ(in_general("EASYPOST_CONNECT_CLIENT_CERT takes both."), "this option takes both.");
  EXPECT_EQ(in_general("https_proxy (EASYPOST_CONNECT_"), "https_proxy (this option");
}

TEST(GeneralWords, LeaveOtherTextsAlone) {
  for (const char* text : {"", "Check the host name in the URL.", "a portal", "(in brackets)"})
    EXPECT_EQ(in_general(text), text);
}

TEST(GeneralWords, NameNothingThatOnlyTheApiHas) {
  const auto is_general = AllOf(Not(HasSubstr("Portal")), Not(HasSubstr("EasyPost")), Not(HasSubstr("EASYPOST")),
                                Not(HasSubstr("API")), Not(HasSubstr("oauth_client")));
  for (int code = 1; code < CURL_LAST; ++code) {
    for (int alert = -1; alert <= 120; ++alert) {
      for (const int seen : {0, 1, 2, 3, 4, 5, 6, 7}) {
        FailedTransfer failed;
        failed.code = static_cast<CURLcode>(code);
        failed.text = "words of libcurl";
        failed.tls.alert = alert;
        failed.identity_given = (seen & 1) != 0;
        failed.tls.certificate_requested = (seen & 2) != 0;
        failed.request_bytes_sent = (seen & 4) != 0 ? 1 : 0;
        Error error = transfer_error(failed);
        say_in_general(error);
        ASSERT_THAT(error.message + error.remedy, is_general) << code << ' ' << alert << ' ' << seen;
      }
    }
  }
}

}  // namespace
}  // namespace easypost_connect::internal
