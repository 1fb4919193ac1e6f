// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

std::optional<std::string> complaint(int status, std::string_view body) {
  return certificate_complaint(status, answer_fields(body));
}

TEST(CertificateComplaint, KnowsThePagesOfNginxAndApicast) {
  EXPECT_THAT(complaint(400, "<title>400 No required SSL certificate was sent</title>"),
              Optional(HasSubstr("none arrived")));
  EXPECT_THAT(complaint(400, "<title>400 The SSL certificate error</title>"), Optional(HasSubstr("expired, revoked")));
  EXPECT_EQ(complaint(400, "<title>400 Bad Request</title>"), std::nullopt);
  EXPECT_THAT(complaint(400, "No required TLS certificate was sent"), Optional(HasSubstr("none arrived")));
  EXPECT_THAT(complaint(400, "TLS certificate validation failed"), Optional(HasSubstr("expired, revoked")));
  EXPECT_THAT(complaint(495, ""), Optional(HasSubstr("expired, revoked")));
  EXPECT_THAT(complaint(496, ""), Optional(HasSubstr("none arrived")));
}

struct Words {
  const char* body;
  const char* means;
};

// $ssl_client_verify of nginx and ssl_c_verify of HAProxy in bodies of their owners' making (all of them measured);
// Kong.
constexpr Words kWords[] = {
    {R"({"error":"certificate","verify":"FAILED:certificate has expired"})", "expired"},
    {R"({"error":"mtls","verify":"FAILED:certificate is not yet valid"})", "not yet valid"},
    {R"({"error":"mtls","verify":"FAILED:certificate revoked"})", "revoked"},
    {R"({"error":"mtls","verify":"FAILED:unsuitable certificate purpose"})", "not for clients"},
    {R"({"error":"mtls","verify":"FAILED:self-signed certificate"})", "self-signed"},
    {R"({"error":"mtls","verify":"FAILED:unable to verify the first certificate"})", "intermediate"},
    {R"({"error":"mtls","verify":"NONE"})", "none arrived"},
    {R"({"used":1,"verify":21})", "issuer"},
    {R"({"message":"No required TLS certificate was sent"})", "none arrived"},
    {R"({"used":1,"verify":10})", "has expired"},
    {R"({"ssl_c_used":0,"ssl_c_verify":0})", "none arrived"},
    {R"({"error":{"ssl_client_verify":"FAILED"}})", "expired, revoked"},
    {R"({"message":"TLS certificate failed verification"})", "expired, revoked"},
    {"<h3>HTTP Error 403.7 - Forbidden: SSL client certificate is required.</h3>", "none arrived"},
    {"<h3>403.17 - Forbidden: Client certificate has expired or is not yet valid.</h3>", "or is not yet valid"},
    {"<h3>403.13 - Forbidden: Client certificate has been revoked on the web server.</h3>", "revoked"},
    {R"({"statusCode":403,"message":"Invalid client certificate"})", "expired, revoked"},
    {R"({"message":"Client certificate required"})", "none arrived"},
    {"<h3>HTTP Error 403.7 - Forbidden</h3>", "none arrived"},
    {"<h3>HTTP Error 403.13 - Forbidden</h3>", "revoked"},
    {"<h3>HTTP Error 403.16 - Forbidden</h3>", "issuer"},
    {"<h3>HTTP Error 403.17 - Forbidden</h3>", "has expired"},
    {"<p>You may not.Reason: Cannot perform Post-Handshake Authentication.<br />", "after the handshake"},
};

TEST(CertificateComplaint, ReadsTheWordsOfGateways) {
  for (const auto& [body, means] : kWords) {
    for (const int status : {401, 403}) EXPECT_THAT(complaint(status, body), Optional(HasSubstr(means))) << body;
  }
}

TEST(CertificateComplaint, IsNothingInAnswersAboutOtherThings) {
  EXPECT_EQ(complaint(403, R"({"message":"Forbidden"})"), std::nullopt);
  EXPECT_EQ(complaint(401, R"({"message":"token expired"})"), std::nullopt);
  for (const int status : {400, 401, 403}) {
    for (const char* body :
         {R"({"message":"the field certificate is missing"})", R"({"message":"This delivery certificate is revoked"})",
          R"({"message":"Attachment 'SSL certificate.pdf' is too large"})", R"({"verify":"PASSED"})", R"({"verify":0})",
          "The SSL certificate error of the sender", R"({"message":"The recipient's client certificate is required"})",
          R"({"ssl_c_used":1,"ssl_c_verify":0})", R"({"message":"The certificate of receipt has expired"})"}) {
      EXPECT_EQ(complaint(status, body), std::nullopt) << body;
    }
  }
  for (const int status : {200, 404, 422, 500, 502}) {
    EXPECT_EQ(complaint(status, "The SSL certificate error"), std::nullopt) << status;
  }
}

TEST(CertificateComplaint, DoesNotSearchLongPages) {
  EXPECT_EQ(complaint(403, "mtls" + std::string(17'000, 'x')), std::nullopt);
}

}  // namespace
}  // namespace easypost_connect::internal
