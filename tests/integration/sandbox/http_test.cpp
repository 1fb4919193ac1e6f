// SPDX-License-Identifier: Apache-2.0
// These tests show what the sandbox takes and refuses of HTTP and OAuth, byte by byte: as strict and as lenient as the
// RFCs.
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "sandbox_caller.hpp"

namespace easypost_connect {
namespace {

using testing::RawRequest;
using testing::SandboxCaller;
using testing::send_bytes;
using ::testing::StartsWith;

/// A request as bytes, and its answer. `head` has "|" for a line end and $LENGTH for the size of the body; $KEY,
/// $TOKEN, $BASIC and $FORM are the sandbox's API key, a good token, and its OAuth client in Base64 and as a form. Each
/// head gets "Connection: close" behind it.
struct Row {
  const char* name;
  SandboxHost host;
  std::string head;
  std::string body;
  int status;
  const char* gist;  // words of the answer
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

constexpr auto kApi = SandboxHost::kApi;
constexpr auto kOAuth = SandboxHost::kOAuth;
constexpr auto kStorage = SandboxHost::kStorage;

const std::string kGet = "GET /jobs HTTP/1.1|Host: localhost|";
const std::string kKey = "x-api-key: $KEY|";
const std::string kAll = kKey + "Authorization: Bearer $TOKEN|";
const std::string kPrepare = "POST /jobs/single-file HTTP/1.1|Host: localhost|" + kAll;
const std::string kJob = R"({"workflowId":"w","jobName":"j","filename":"f.pdf"})";
const std::string kToken = "POST /oauth2/token HTTP/1.1|Host: localhost|";
const std::string kIsForm = "Content-Type: application/x-www-form-urlencoded|";
const std::string kLength = "Content-Length: $LENGTH|";
const std::string kForm = kToken + kIsForm + kLength;
const std::string kBasic = kToken + "Authorization: Basic $BASIC|" + kIsForm + kLength;
const std::string kGrant = "grant_type=client_credentials";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string many_headers(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "x-" + std::to_string(i) + ": a|";
  return lines;
}

std::string base64(const std::string& text) {
  std::string encoded(4 * ((text.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  return encoded;
}

class SandboxHttp : public ::testing::TestWithParam<Row> {
 protected:
  std::string filled(std::string text) {
    const std::string id = caller_.value("CLIENT_ID");
    const std::string secret = caller_.value("CLIENT_SECRET");
    text = replaced(std::move(text), "$KEY", caller_.value("API_KEY"));
    if (text.find("$TOKEN") != std::string::npos) text = replaced(std::move(text), "$TOKEN", caller_.token());
    text = replaced(std::move(text), "$BASIC", base64(id + ":" + secret));
    return replaced(std::move(text), "$FORM", kGrant + "&client_id=" + id + "&client_secret=" + secret);
  }

  [[nodiscard]] RawRequest connection_to(SandboxHost host) const {
    return host == kApi ? caller_.certified("/") : caller_.bare(caller_.sandbox.url(host));
  }

  SandboxCaller caller_;
};

TEST_P(SandboxHttp, AnswersAsTheRfcSays) {
  const Row& row = GetParam();
  const std::string body = filled(row.body);
  std::string head = replaced(filled(row.head), "|", "\r\n");
  head = replaced(std::move(head), "$LENGTH", std::to_string(body.size()));
  const std::string answer = send_bytes(connection_to(row.host), head + "Connection: close\r\n\r\n" + body);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(row.status) + " "));
  EXPECT_TRUE(answer.find(row.gist) != std::string::npos) << row.gist;
  EXPECT_TRUE(answer.find("<open>") == std::string::npos);
}

// The rows follow RFC 9112 and RFC 9110.
INSTANTIATE_TEST_SUITE_P(
    Messages, SandboxHttp,
    ::testing::Values(
        Row{"PostWithoutLengthHasNoBody", kApi, kPrepare, "", 400, "must be a JSON object"},
        Row{"PutWithoutLengthHasNoBody", kStorage, "PUT /uploads/x HTTP/1.1|Host: localhost|", "", 403, "Forbidden"},
        Row{"TokenRequestWithoutLengthHasNoBody", kOAuth, kToken + kIsForm, "", 401, "invalid_client"},
        Row{"LengthZero", kApi, kPrepare + "Content-Length: 0|", "", 400, "must be a JSON object"},
        Row{"Chunked", kApi, kPrepare + "Transfer-Encoding: Chunked|", "33\r\n" + kJob + "\r\n0\r\n\r\n", 201,
            "fileUploadUrl"},
        Row{"ChunkThatIsNone", kApi, kPrepare + "Transfer-Encoding: chunked|", "zz\r\n{}\r\n0\r\n\r\n", 400,
            "cannot be read"},
        Row{"OtherCoding", kApi, kPrepare + "Transfer-Encoding: gzip|", "", 501, "chunked"},
        Row{"LengthAndCoding", kApi, kPrepare + "Content-Length: 2|Transfer-Encoding: chunked|", "{}", 400, "exclude"},
        Row{"TwoLengths", kApi, kPrepare + "Content-Length: 2|Content-Length: 1|", "{}", 400, "there twice"},
        Row{"LengthBelowZero", kApi, kPrepare + "Content-Length: -2|", "{}", 400, "not a number"},
        Row{"GetWithBody", kApi, kGet + kAll + "Content-Length: 2|", "{}", 400, "no body"},
        Row{"DeleteWithBody", kApi, "DELETE /jobs HTTP/1.1|Host: localhost|" + kAll + kLength, "{}", 405, "Allow: GET"},
        Row{"DeleteInChunks", kApi, "DELETE /jobs HTTP/1.1|Host: localhost|" + kAll + "Transfer-Encoding: chunked|",
            "2\r\n{}\r\n0\r\n\r\n", 411, "needs a Content-Length"},
        Row{"SmuggledRequest", kApi, kGet + "Content-Length: 70|", replaced(kGet, "|", "\r\n"), 400, "no body"},
        Row{"ExpectContinue", kApi, kPrepare + "Expect: 100-continue|" + kLength, kJob, 100, "fileUploadUrl"},
        Row{"ExpectContinueInCapitals", kApi, kPrepare + "Expect: 100-Continue|" + kLength, kJob, 201, "fileUploadUrl"},
        Row{"ExpectSomethingElse", kApi, kPrepare + "Expect: wonders|" + kLength, kJob, 417, "expectation"},
        Row{"Multipart", kApi, kPrepare + "Content-Type: multipart/form-data; boundary=x|" + kLength, kJob, 415,
            "multipart"},
        Row{"FormOfAnySizeAtTheStorage", kStorage,
            "PUT /uploads/x HTTP/1.1|Host: localhost|" + kIsForm + "Content-Length: 9000|", std::string(9000, 'x'), 403,
            "Forbidden"},
        Row{"NoHost", kApi, "GET /jobs HTTP/1.1|" + kAll, "", 400, "one Host"},
        Row{"TwoHosts", kApi, kGet + kAll + "Host: other|", "", 400, "one Host"},
        Row{"Http10WithoutHost", kApi, "GET /jobs HTTP/1.0|" + kAll, "", 200, "Connection: close"},
        Row{"Http12", kApi, "GET /jobs HTTP/1.2|", "", 505, "neither HTTP/1.1"},
        Row{"UnknownMethod", kApi, "PROPFIND /jobs HTTP/1.1|Host: localhost|" + kAll, "", 501, "method is unknown"},
        Row{"NoHttp", kApi, "hello|", "", 400, "not one of HTTP"},
        Row{"LongHeader", kApi, kGet + kAll + "x-long: " + std::string(20000, 'a') + "|", "", 431, "too long"},
        Row{"ManyHeaders", kApi, kGet + kAll + many_headers(101), "", 431, "too many headers"},
        Row{"LongUrl", kApi, "GET /" + std::string(9000, 'a') + " HTTP/1.1|", "", 414, "too long"},
        Row{"BlankBeforeColon", kApi, kGet + kAll + "x-thing : a|", "", 400, "blank in the name"},
        Row{"FoldedHeader", kApi, kGet + kAll + "x-thing: a| b: c|", "", 400, "two lines"},
        Row{"AcceptThatIsNone", kApi, kGet + kAll + "Accept: ,|", "", 200, "Invoices"},
        Row{"AcceptThatIsNoneOfABadRequest", kApi, kGet + "Accept: ,|x-api-key: a|x-api-key: b|", "", 400,
            "there twice"},
        Row{"HeaderNamesInCapitals", kApi, kGet + "X-API-KEY: $KEY|AUTHORIZATION: Bearer $TOKEN|", "", 200, "Invoices"},
        Row{"WholeUrlAsTarget", kApi, "GET https://localhost:1/jobs HTTP/1.1|Host: localhost|" + kAll, "", 200,
            "Invoices"},
        Row{"EscapesInPath", kApi, "GET /%6aobs HTTP/1.1|Host: localhost|" + kAll, "", 200, "Invoices"},
        Row{"EscapeThatIsNone", kApi, "GET /jobs/%zz HTTP/1.1|Host: localhost|" + kAll, "", 404, "Not Found"},
        Row{"SlashBehindPath", kApi, "GET /jobs/ HTTP/1.1|Host: localhost|" + kAll, "", 404, "Not Found"},
        Row{"Head", kApi, "HEAD /jobs HTTP/1.1|Host: localhost|" + kAll, "", 200, "Content-Length: "},
        Row{"MethodNotAllowed", kApi, "DELETE /jobs HTTP/1.1|Host: localhost|" + kAll, "", 405, "Allow: GET, HEAD\r\n"},
        Row{"PrepareTakesPostOnly", kApi, "PUT /jobs/single-file HTTP/1.1|Host: localhost|" + kAll, "", 405,
            "Allow: POST\r\n"},
        Row{"Options", kApi, "OPTIONS /jobs HTTP/1.1|Host: localhost|" + kAll, "", 405, "Allow: GET, HEAD\r\n"},
        Row{"DateOfAnAnswer", kApi, kGet + kAll, "", 200, " GMT\r\n"},
        Row{"DateOfARefusal", kApi, "hello|", "", 400, "\r\nDate: "},
        Row{"Range", kApi, kGet + kAll + "Range: bytes=0-3|", "", 200, "Invoices"},
        Row{"RangeBehindTheEnd", kApi, kGet + kAll + "Range: bytes=99999-|", "", 200, "Invoices"},
        Row{"SeveralRanges", kApi, kGet + kAll + "Range: bytes=0-1,3-4|", "", 200, "Invoices"},
        Row{"RangeOfAnotherUnit", kApi, kGet + kAll + "Range: items=0-1|", "", 200, "Invoices"},
        Row{"RangeThatIsNone", kApi, kGet + kAll + "Range: bytes=0-3,9-5|", "", 200, "Invoices"},
        Row{"RangeThatIsNoneOfABadRequest", kApi, kGet + kAll + "Range: x|x-api-key: y|", "", 400, "there twice"},
        Row{"RangeThatIsNoneOfAPost", kApi, kPrepare + "Range: x|" + kLength, kJob, 400, "Range cannot be read"},
        Row{"RangeOfARefusal", kApi, "GET /nope HTTP/1.1|Host: localhost|Range: bytes=0-3|" + kAll, "", 404,
            "Not Found\"}"},
        Row{"RangeOfAPost", kApi, kPrepare + "Range: bytes=0-3|" + kLength, kJob, 201, "fileUploadUrl"},
        Row{"RangeOfAToken", kOAuth, kForm + "Range: bytes=0-3|", "$FORM", 200, "token_type"}),
    ::testing::PrintToStringParamName());

// The rows follow RFC 6750, and show what is not a token.
INSTANTIATE_TEST_SUITE_P(
    Tokens, SandboxHttp,
    ::testing::Values(
        Row{"SchemeInLowerCase", kApi, kGet + kKey + "Authorization: bearer $TOKEN|", "", 200, "Invoices"},
        Row{"SchemeInUpperCase", kApi, kGet + kKey + "Authorization: BEARER $TOKEN|", "", 200, "Invoices"},
        Row{"BlanksBehindScheme", kApi, kGet + kKey + "Authorization: Bearer   $TOKEN|", "", 200, "Invoices"},
        Row{"NoToken", kApi, kGet + kKey, "", 401, "WWW-Authenticate: Bearer realm=\"sandbox\"\r\n"},
        Row{"OtherScheme", kApi, kGet + kKey + "Authorization: Basic Zm9v|", "", 401, "Bearer realm=\"sandbox\"\r\n"},
        Row{"SchemeThatBeginsAlike", kApi, kGet + kKey + "Authorization: BearerToken x|", "", 401,
            "Bearer realm=\"sandbox\"\r\n"},
        Row{"SchemeAlone", kApi, kGet + kKey + "Authorization: Bearer|", "", 400, "error=\"invalid_request\""},
        Row{"TwoTokens", kApi, kGet + kAll + "Authorization: Bearer x|", "", 400, "error=\"invalid_request\""},
        Row{"WrongToken", kApi, kGet + kKey + "Authorization: Bearer x|", "", 401, "error=\"invalid_token\""},
        Row{"TokenOfOddBytes", kApi, kGet + kKey + "Authorization: Bearer a b, \xff|", "", 401,
            "error=\"invalid_token\""},
        Row{"TwoApiKeys", kApi, kGet + kAll + "x-api-key: other|", "", 400, "x-api-key is there twice"}),
    ::testing::PrintToStringParamName());

// The rows follow RFC 6749 and RFC 7617.
INSTANTIATE_TEST_SUITE_P(
    TokenRequests, SandboxHttp,
    ::testing::Values(
        Row{"Charset", kOAuth, kToken + "Content-Type: application/x-www-form-urlencoded; charset=UTF-8|" + kLength,
            "$FORM", 200, "no-store"},
        Row{"MediaTypeInCapitals", kOAuth, kToken + "Content-Type: Application/X-WWW-Form-URLEncoded|" + kLength,
            "$FORM", 200, "access_token"},
        Row{"MediaTypeThatBeginsAlike", kOAuth, kToken + "Content-Type: application/x-www-form-urlencoded2|" + kLength,
            "$FORM", 400, "invalid_request"},
        Row{"NoMediaType", kOAuth, kToken + kLength, "$FORM", 400, "invalid_request"},
        Row{"Long", kOAuth, kForm, "$FORM&assertion=" + std::string(9000, 'a'), 200, "access_token"},
        Row{"UnknownParameter", kOAuth, kForm, "$FORM&audience=x", 200, "access_token"},
        Row{"BytesThatAreNoUtf8", kOAuth, kForm, "$FORM&audience=%ff", 200, "access_token"},
        Row{"ParameterTwice", kOAuth, kForm, "$FORM&scope=jobs:read&scope=jobs:read", 400, "invalid_request"},
        Row{"SecondOneWithoutValue", kOAuth, kForm, "$FORM&grant_type=", 200, "access_token"},
        Row{"EscapedValue", kOAuth, kForm, "$FORM&scope=jobs%3Aread+jobs:write", 200, "access_token"},
        Row{"ScopesWithTwoBlanks", kOAuth, kForm, "$FORM&scope=jobs:read++jobs:write", 400, "invalid_scope"},
        Row{"QueryOfSomebodyElse", kOAuth, "POST /oauth2/token?tenant=7 HTTP/1.1|Host: localhost|" + kIsForm + kLength,
            "$FORM", 200, "access_token"},
        Row{"SecretInQuery", kOAuth, "POST /oauth2/token?client_secret=x HTTP/1.1|Host: localhost|" + kIsForm + kLength,
            "$FORM", 400, "not in the URL"},
        Row{"BasicInLowerCase", kOAuth, kToken + "Authorization: basic $BASIC|" + kIsForm + kLength, kGrant, 200,
            "access_token"},
        Row{"BasicWithTheSameClientInBody", kOAuth, kBasic, kGrant + "&client_id=sandbox-client", 200, "access_token"},
        Row{"BasicWithAnotherClientInBody", kOAuth, kBasic, kGrant + "&client_id=other", 400, "invalid_request"},
        Row{"BasicAndSecretInBody", kOAuth, kBasic, "$FORM", 400, "invalid_request"},
        Row{"BasicTwice", kOAuth,
            kToken + "Authorization: Basic $BASIC|Authorization: Basic $BASIC|" + kIsForm + kLength, kGrant, 400,
            "invalid_request"},
        Row{"BasicWithoutColon", kOAuth, kToken + "Authorization: Basic Zm9v|" + kIsForm + kLength, kGrant, 401,
            "WWW-Authenticate: Basic"},
        Row{"BasicThatIsNoBase64", kOAuth, kToken + "Authorization: Basic %%%|" + kIsForm + kLength, kGrant, 401,
            "readable id:secret"},
        Row{"NoClientAtAll", kOAuth, kForm, kGrant, 401, "WWW-Authenticate: Basic"},
        Row{"OldCaches", kOAuth, kForm, "$FORM", 200, "Pragma: no-cache"},
        Row{"Get", kOAuth, "GET /oauth2/token HTTP/1.1|Host: localhost|", "", 405, "Allow: POST\r\n"},
        Row{"Head", kOAuth, "HEAD /oauth2/token HTTP/1.1|Host: localhost|", "", 405, "Allow: POST\r\n"},
        Row{"SlashBehindPath", kOAuth, "POST /oauth2/token/ HTTP/1.1|Host: localhost|" + kIsForm + kLength, "$FORM",
            404, "Not Found"}),
    ::testing::PrintToStringParamName());

TEST_F(SandboxHttp, AnswersAClientThatDoesNotWait) {
  const std::string first = replaced(filled(kGet + kAll + "|"), "|", "\r\n");
  const std::string last = replaced(filled(kGet + kAll + "Connection: close||"), "|", "\r\n");
  const std::string answers = send_bytes(connection_to(kApi), first + last);
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(answers.find("HTTP/1.1 200 ", 1) != std::string::npos);
  EXPECT_TRUE(answers.find("<open>") == std::string::npos);
  EXPECT_EQ(caller_.sandbox.counters().api_requests, 2U);
}

TEST_F(SandboxHttp, EndsTheConnectionOfABrokenRequestAndLogsNothingOfIt) {
  std::string logged;
  SandboxOptions options;
  options.log = [&logged](std::string_view line) { logged.append(line).append(1, '\n'); };
  {
    const SandboxCaller caller(options);
    const std::string answer =
        send_bytes(caller.certified("/"), "FOO /jobs HTTP/1.1\r\nx-api-key: canary-secret x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 501 "));
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "more than one answer";
  }
  EXPECT_TRUE(logged.find("api     unreadable request -> 501 (the method is unknown)") != std::string::npos);
  EXPECT_TRUE(logged.find("canary-secret") == std::string::npos);
}

TEST_F(SandboxHttp, EndsTheConnectionAfterAFaultThatSaysSo) {
  SandboxFault fault;
  fault.headers = {{"connection", "close"}};
  caller_.sandbox.inject(kApi, fault);
  const std::string answer = send_bytes(connection_to(kApi), replaced(kGet + "|", "|", "\r\n"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(answer.find("<open>") == std::string::npos);
}

}  // namespace
}  // namespace easypost_connect
