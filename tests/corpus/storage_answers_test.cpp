// SPDX-License-Identifier: Apache-2.0
// Answers to an upload: of S3, MinIO, Ceph, Azure Blob, Google Cloud Storage, and of proxies before them.
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call/answer_error.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kUrl =
    "https://storage.test/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=canary0123456789%2Babcdef";

struct StorageAnswer {
  std::string name;
  int status;
  std::string body;
  std::string gist;  ///< text that message or remedy must hold
  Factor factor = Factor::kRequest;
  bool retryable = false;
  Headers headers{};
};

void PrintTo(const StorageAnswer& row, std::ostream* out) { *out << row.name; }

std::string xml(const std::string& code, const std::string& message, const std::string& more = {}) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message +
         "</Message>" + more + "<RequestId>4442587FB7D0A2F9</RequestId><HostId>host+id/of==</HostId></Error>";
}

std::string in_utf16(const std::string& text) {
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide.append(1, c).append(1, '\0');
  return wide;
}

class StorageAnswers : public ::testing::TestWithParam<StorageAnswer> {};

TEST_P(StorageAnswers, AreToldInTheStoragesWords) {
  const StorageAnswer& row = GetParam();
  const Error error = internal::upload_error(answer(row.status, row.body, row.headers), kUrl, {});
  EXPECT_THAT(error, AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(row.factor), Says(row.gist), Says("The storage"),
                           Not(Says("The API"))));
  EXPECT_EQ(error.retryable, row.retryable);
}

TEST(StorageAnswer, KeepsWhereARedirectLeads) {
  const std::string body = xml("TemporaryRedirect", "Re-send", "<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>");
  const Error error = internal::upload_error(answer(307, body), kUrl, {});
  EXPECT_THAT(error.response->body, HasSubstr("<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>"));
  EXPECT_EQ(error.request_id, "4442587FB7D0A2F9");
}

/// "canary" stands wherever a signature, or what one is made of, may stand.
TEST_P(StorageAnswers, KeepNoSignature) {
  const StorageAnswer& row = GetParam();
  const Error error = internal::upload_error(answer(row.status, row.body, row.headers), kUrl, {});
  EXPECT_THAT(error, Not(Says("canary")));
  EXPECT_THAT(error.response->body, Not(HasSubstr("canary")));
  for (const auto& [name, value] : error.response->headers) EXPECT_THAT(value, Not(HasSubstr("canary"))) << name;
}

constexpr Factor kRequest = Factor::kRequest;
constexpr Factor kService = Factor::kService;
const char* const kLookFirst = "Look at the job first (GET /jobs/{id}); prepare it again only if it still waits";

const StorageAnswer kRows[] = {
    {"S3Expired", 403, xml("AccessDenied", "Request has expired", "<Expires>2026-01-01T00:00:00Z</Expires>"),
     kLookFirst},
    {"S3ExpiredInItsWords", 403, xml("AccessDenied", "Request has expired"),
     "AccessDenied, \"Request has expired\" (403)"},
    {"S3Denied", 403, xml("AccessDenied", "Access Denied"), "AccessDenied, \"Access Denied\""},
    {"S3DeniedWithNames", 403,
     xml("AccessDenied", "User: arn:aws:sts::1:assumed-role/canary is not authorized to perform: s3:PutObject"),
     "User: [...] is not authorized"},
    {"S3ExpiredToken", 400, xml("ExpiredToken", "The provided token has expired.", "<Token-0>canary</Token-0>"),
     kLookFirst},
    {"S3Signature", 403,
     xml("SignatureDoesNotMatch", "The request signature we calculated does not match",
         "<AWSAccessKeyId>canary</AWSAccessKeyId><StringToSign>canary</StringToSign><SignatureProvided>canary"
         "</SignatureProvided><StringToSignBytes>canary</StringToSignBytes><CanonicalRequest>canary</"
         "CanonicalRequest>"),
     "byte for byte"},
    {"S3SignatureWithLineEnds", 403,
     "<Error>\n\t<Code>\n\t\tSignatureDoesNotMatch\n\t</Code>\n<Message>\nThe request signature does not "
     "match\n</Message>\n"
     "<SignatureProvided>canary+j0wDtXKUjWW3jGQSktEMA=</SignatureProvided></Error>",
     "SignatureDoesNotMatch, \"The request signature does not match\""},
    {"S3QueryParameters", 400, xml("AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week"),
     "byte for byte"},
    {"S3Skew", 403,
     xml("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
         "<RequestTime>a</RequestTime><ServerTime>b</ServerTime>"),
     "clocks"},
    {"S3TooLarge", 400, xml("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"), "smaller file"},
    {"S3NoLength", 411, xml("MissingContentLength", "You must provide the Content-Length HTTP header."),
     "Give the body a size"},
    {"S3Chunked", 501,
     xml("NotImplemented", "A header you provided implies functionality that is not implemented",
         "<Header>Transfer-Encoding</Header>"),
     "Give the body a size"},
    {"S3Timeout", 400, xml("RequestTimeout", "Your socket connection to the server was not read from or written to"),
     "RequestTimeout", kService, true},
    {"S3SlowDown", 503, xml("SlowDown", "Please reduce your request rate."), "SlowDown", kService, true},
    {"S3InternalError", 500, xml("InternalError", "We encountered an internal error. Please try again."),
     "InternalError", kService, true},
    {"S3KeyGone", 403,
     xml("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist",
         "<AWSAccessKeyId>canary</AWSAccessKeyId>"),
     "Report code and request id", kService},
    {"S3NoBucket", 404, xml("NoSuchBucket", "The specified bucket does not exist", "<BucketName>b</BucketName>"),
     "Report code and request id", kService},
    {"S3Region",
     307,
     xml("TemporaryRedirect", "Please re-send this request to the specified temporary endpoint.",
         "<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>"),
     "sends the upload elsewhere: TemporaryRedirect",
     kRequest,
     false,
     {{"Location", "https://b.s3-eu-west-1.amazonaws.com/k?X-Amz-Signature=canary"}}},
    {"S3RegionForGood", 301, xml("PermanentRedirect", "The bucket must be addressed elsewhere"), "not followed"},
    {"PermanentRedirect", 308, "", "elsewhere (308)", kRequest, false, {{"location", "/k?sig=canary"}}},
    {"S3MethodNotAllowed", 405, xml("MethodNotAllowed", "The specified method is not allowed"), kLookFirst},
    {"S3ThereAlready", 412, xml("PreconditionFailed", "At least one of the pre-conditions did not hold"), kLookFirst},
    {"MinioExpired", 403, xml("AccessDenied", "Request has expired", "<Resource>/b/canary</Resource>"), kLookFirst},
    {"MinioBusy", 503, xml("SlowDownWrite", "Resource requested is unwritable"), "SlowDownWrite", kService, true},
    {"CephWithoutMessage", 403, "<Error><Code>SignatureDoesNotMatch</Code><HostId>h</HostId></Error>",
     "SignatureDoesNotMatch (403)"},
    {"AzureSignature",
     403,
     xml("AuthenticationFailed", "Server failed to authenticate the request.\nRequestId:canary\nTime:2026-01-01",
         "<AuthenticationErrorDetail>String to sign used was canary</AuthenticationErrorDetail>"),
     "AuthenticationFailed, \"Server failed to authenticate the request.\"",
     kRequest,
     false,
     {{"x-ms-request-id", "r"}}},
    {"AzureBlobType", 400, xml("MissingRequiredHeader", "x-ms-blob-type", "<HeaderName>x-ms-blob-type</HeaderName>"),
     "x-ms-blob-type: BlockBlob"},
    {"AzureBusy", 503, xml("ServerBusy", "The server is busy."), "ServerBusy", kService, true},
    {"AzureHeaderOnly",
     403,
     "",
     "AuthorizationFailure",
     kRequest,
     false,
     {{"x-ms-error-code", "AuthorizationFailure"}}},
    {"AzureTooLarge", 413, xml("RequestBodyTooLarge", "The request body is too large"), "smaller"},
    {"GoogleExpired", 400, xml("ExpiredToken", "Invalid argument.", "<Details>signature expired at canary</Details>"),
     kLookFirst},
    {"GoogleSignature", 403, xml("SignatureDoesNotMatch", "Access denied.", "<StringToSign>canary</StringToSign>"),
     "byte for byte"},
    {"GoogleAsJson", 403, R"({"error":{"code":403,"message":"No access","errors":[{"debugInfo":"canary"}]}})",
     "refused the upload: \"No access\" (403)"},
    {"AMessageThatEchoesTheUrl", 403, xml("AccessDenied", "no PUT /k?X-Amz-Signature=canary0123456789abcdef here"),
     "no PUT [...] here"},
    {"ACodeThatEchoesTheSignature", 403, xml("canary0123456789+abcdef", "x"), "it quotes a secret"},
    {"ARequestIdThatEchoesTheSignature",
     403,
     xml("AccessDenied", "x"),
     kLookFirst,
     kRequest,
     false,
     {{"x-amz-request-id", "canary0123456789%2Babcdef"}}},
    {"HeadersThatEchoTheUrl",
     403,
     "",
     "it quotes a secret",
     kRequest,
     false,
     {{"X-Original-Url", "/k?X-Amz-Signature=canary0123456789%2Babcdef"},
      {"Link", "</k?X-Amz-Signature=canary0123456789+abcdef>"},
      {"x-ms-error-code", "canary0123456789%2Babcdef"}}},
    {"AMessageThatNamesTheAlgorithm", 400, xml("InvalidRequest", "Please use AWS4-HMAC-SHA256."),
     "Please use AWS4-HMAC-SHA256."},
    {"ByteOrderMark", 403, "\xEF\xBB\xBF" + xml("AuthenticationFailed", "Server failed to authenticate the request."),
     "AuthenticationFailed, \"Server failed to authenticate the request.\""},
    {"Utf16", 403, in_utf16(xml("AuthenticationFailed", "No")), "AuthenticationFailed, \"No\""},
    {"LiteralText", 403, xml("AccessDenied", "<![CDATA[Request has <expired>]]>"),
     "AccessDenied, \"Request has <expired>\""},
    {"PlainText", 403, "Forbidden", "\"Forbidden\" (403)"},
    {"Page", 413, "<html><title>413 Request Entity Too Large</title><p>canary</p></html>", "smaller file"},
    {"Nothing", 403, "", "refused the upload (403)"},
    {"TooSlow", 408, "", "Try again later", kService, true},
    {"TooMany", 429, "", "Try again later", kService, true},
    {"HttpVersion", 505, "", "Report", kService},
    {"CaptivePortal", 511, "<p>canary</p>", "Log in to this network", Factor::kNetwork},
};

INSTANTIATE_TEST_SUITE_P(All, StorageAnswers, ::testing::ValuesIn(kRows), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
