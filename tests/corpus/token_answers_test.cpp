// SPDX-License-Identifier: Apache-2.0
// Answers of token endpoints, and of servers that stand in their place. Each answer is a row. `gist` is text that the
// message or the remedy must hold.
#include <optional>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/encoding.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "token/client_credentials_grant.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

constexpr const char* kUrl = "https://auth.example.test/oauth2/token?policy=canary-secret";

OAuthClient asking_client(bool shows_certificate = false) {
  OAuthClient client;
  client.id = "partner-1";
  client.secret = Secret(kClientSecret);
  client.present_client_certificate = shows_certificate;
  return client;
}

Headers header(const char* name, const char* value) {
  Headers headers;
  headers.add(name, value);
  return headers;
}

struct Taken {
  const char* name;
  int status;
  std::string body;
  long seconds;
};

void PrintTo(const Taken& row, std::ostream* out) { *out << row.name; }

class TokenAnswerTaken : public ::testing::TestWithParam<Taken> {};

TEST_P(TokenAnswerTaken, IsAToken) {
  const auto token =
      parse_token_response(answer(GetParam().status, GetParam().body), FakeClock().now(), asking_client(), kUrl);
  ASSERT_THAT(token, IsOk());
  EXPECT_TRUE(token->authorization() == Secret("Bearer canary-secret-token-1"));
  EXPECT_EQ(token->life().count(), GetParam().seconds);
}

/// A token with more members.
std::string with(const std::string& members) { return R"({"access_token":"canary-secret-token-1")" + members + "}"; }

const Taken kTaken[] = {
    {"Rfc6749", 200, with(R"(,"token_type":"Bearer","expires_in":3600)"), 3600},
    {"Apigee", 200, with(R"(,"token_type":"BearerToken","expires_in":"1799","scope":"")"), 1799},
    {"TypeInSmallLetters", 200, with(R"(,"token_type":"bearer","expires_in":1799)"), 1799},
    {"AzureDevOps", 200, with(R"(,"token_type":"jwt-bearer","expires_in":"3599")"), 3599},
    {"TypeWithBlanks", 200, with(R"(,"token_type":" Bearer ","expires_in":1799)"), 1799},
    {"TypeNotTold", 200, with(R"(,"expires_in":1799)"), 1799},
    {"Status201", 201, with(R"(,"token_type":"Bearer","expires_in":1799)"), 1799},
    {"Status203", 203, with(R"(,"token_type":"Bearer","expires_in":1799)"), 1799},
    {"LifeAsText", 200, with(R"(,"expires_in":"3599")"), 3599},
    {"LifeAsFraction", 200, with(R"(,"expires_in":3599.742)"), 3599},
    {"LifeAsFractionInText", 200, with(R"(,"expires_in":"3599.742")"), 3599},
    {"LifeWithBlanks", 200, with(R"(,"expires_in":" 3599 ")"), 3599},
    {"LifeWithExponent", 200, with(R"(,"expires_in":3.6e3)"), 3600},
    {"LifeThatIsNoNumber", 200, with(R"(,"expires_in":"1 hour")"), 60},
    {"LifeNull", 200, with(R"(,"expires_in":null)"), 60},
    {"LifeNotTold", 200, with(""), 60},
    {"LifeInOtherWords", 200, with(R"(,"expiresIn":3600)"), 60},
    {"LifePerhapsInMilliseconds", 200, with(R"(,"expires_in":3600000)"), 86400},
    {"LifeForEver", 200, with(R"(,"expires_in":9223372036854775807)"), 86400},
    {"ErrorNullBesideIt", 200, with(R"(,"expires_in":60,"error":null)"), 60},
    {"ErrorEmptyBesideIt", 200, with(R"(,"expires_in":60,"error":"")"), 60},
    {"ErrorFalseBesideIt", 200, with(R"(,"expires_in":60,"error":false)"), 60},
    {"CodeAndMessageBesideIt", 200, with(R"(,"expires_in":60,"code":"0","message":"ok")"), 60},
    {"ByteOrderMark", 200, "\xEF\xBB\xBF" + with(R"(,"expires_in":60)"), 60},
    {"Microsoft1", 200, with(R"(,"token_type":"Bearer","expires_in":"3599","expires_on":"1700000000")"), 3599},
    {"Keycloak", 200, with(R"(,"token_type":"Bearer","expires_in":4,"not-before-policy":0)"), 4},
};

INSTANTIATE_TEST_SUITE_P(Corpus, TokenAnswerTaken, ::testing::ValuesIn(kTaken), ::testing::PrintToStringParamName());

struct NotTaken {
  const char* name;
  int status;
  std::string body;
  const char* gist;
  Headers headers{};
  std::optional<Factor> factor{};  ///< if empty, the factor of most rows of its table
  bool shows_certificate = false;
};

void PrintTo(const NotTaken& row, std::ostream* out) { *out << row.name; }

void expect_so(const NotTaken& row, ErrorCode code, Factor factor) {
  const OAuthClient client = asking_client(row.shows_certificate);
  Secrets secrets;
  secrets.add(client.secret);
  const auto token =
      parse_token_response(answer(row.status, row.body, row.headers), FakeClock().now(), client, kUrl, secrets);
  EXPECT_THAT(token, AllOf(IsError(code), BlamedOn(row.factor.value_or(factor)), Says(row.gist), Not(Says("canary"))));
  EXPECT_EQ(token.error().seen.http_status, row.status);
}

constexpr const char* kSecretLeftOut = "[left out: it quotes a secret]";
constexpr const char* kPage = "<!DOCTYPE html><html><body>Hello</body></html>";

std::string refusing(const std::string& error, const std::string& description) {
  return R"({"error":")" + error + R"(","error_description":")" + description + R"("})";
}

class AnswerOfSomethingElse : public ::testing::TestWithParam<NotTaken> {};

TEST_P(AnswerOfSomethingElse, IsExplained) { expect_so(GetParam(), ErrorCode::kTokenUnusable, Factor::kRequest); }

const NotTaken kFromSomethingElse[] = {
    {"NotFound", 404, kPage, "now https://auth.example.test/oauth2/token;"},
    {"NotFoundBySpring", 404, R"({"status":404,"error":"Not Found","path":"/x"})", "404 and says \"Not Found\""},
    {"NotFoundByNest", 404, R"({"statusCode":404,"message":"Cannot POST /x","error":"Not Found"})", "Cannot POST /x"},
    {"UnknownRealm", 404, R"({"error":"Realm does not exist"})", "Realm does not"},
    {"UnknownProxyOfApigee", 404,
     R"({"fault":{"faultstring":"Unable to identify proxy","detail":{"errorcode":"x.ApplicationNotFound"}}})",
     "Unable to identify proxy"},
    {"Gone", 410, "", "no token endpoint"},
    {"WrongMethod", 405, "", "takes no POST"},
    {"WrongMethodByKeycloak", 405, R"({"error":"HTTP 405 Method Not Allowed"})", "takes no POST"},
    {"RedirectToALogin", 302, "", "to the host login.example.test, which",
     header("location", "https://login.example.test/start?state=canary")},
    {"RedirectOnTheHost", 308, "", "elsewhere on the same host", header("location", "/oauth2/token/canary")},
    {"Page", 200, kPage, "200 with a web page"},
    {"LoginPage", 200, "<html><body>Please sign in</body></html>", "a login"},
    {"NoContent", 204, "", "204 with nothing in it"},
    {"Blank", 200, " \r\n", "nothing in it"},
    {"Xml", 200, "<?xml version=\"1.0\"?><token/>", "XML"},
    {"FormEncoded", 200, "access_token=canary-secret-token-1&token_type=bearer", "form-encoded text"},
    {"Array", 200, "[" + with("") + "]", "a JSON array"},
    {"Nested", 200, R"({"data":)" + with("") + "}", "inside its \"data\""},
    {"OtherSpelling", 200, R"({"accessToken":"canary-secret-token-1"})", "with \"accessToken\""},
    {"Capitals", 200, R"({"Access_Token":"canary-secret-token-1"})", "with \"Access_Token\""},
    {"NumberAsToken", 200, R"({"access_token":7})", "no text as its access_token"},
    {"Text", 200, "\"canary-secret-token-1\"", "JSON that is no object"},
    {"BareToken", 200, "eyJhbGciOi.eyJjYW5hcnki.c2ln", "a bare token"},
    {"Health", 200, R"({"status":"UP"})", "UP"},
    {"ApiThatWantsAToken", 401, "", "leads to an API", header("www-authenticate", "Bearer realm=\"api\"")},
    {"AwsGatewayWithoutThePath", 403, R"({"message":"Missing Authentication Token"})", "no token endpoint"},
    {"Firewall", 403, kPage, "firewall"},
    {"Captive", 511, kPage, "511 with a web page", {}, Factor::kNetwork},
    {"AwsGateway", 403, R"({"message":"Forbidden"})", "says \"Forbidden\""},
    {"AwsGateway_Validator", 400, R"({"message":"Invalid request body"})", "Most likely the token URL leads to an API"},
    {"AwsGateway_EchoedHeader", 403,
     R"({"message":"not a valid key=value pair in 'Basic )" + base64_encode("partner-1:" + std::string(kClientSecret)) +
         R"('"})",
     kSecretLeftOut},
    {"AzureApim", 401, R"({"statusCode":401,"message":"Access denied due to missing subscription key."})",
     "Check the token URL"},
    {"Kong_Token", 401, refusing("invalid_request", "The access token is missing"), "asks for an access token itself",
     header("www-authenticate", "Bearer realm=\"service\" error=\"invalid_request\"")},
    {"ApiThatRefusesTheToken", 401, R"({"error":"invalid_token"})", "asks for an access token itself",
     header("www-authenticate", "Basic, Bearer error=\"invalid_token\"")},
    {"ApiThatRefusesTheTokenWithoutAChallenge", 401, R"({"error":"invalid_token"})", "Check the token URL"},
    {"ApiThatWantsAScope", 403, R"({"error":"insufficient_scope"})", "Check the token URL"},
    {"Kong_Key", 401, R"({"message":"No API key found in request"})", "Check the token URL",
     header("www-authenticate", "Key realm=\"kong\"")},
    {"Wso2", 401, R"({"code":"900902","message":"Missing Credentials"})", "900902 (Missing Credentials)"},
    {"GraphQl", 400, R"({"errors":[{"message":"Must provide query string."}]})", "Check the token URL"},
    {"SpringBoot_Request", 400, R"({"status":400,"error":"Bad Request","path":"/token"})", "Check the token URL"},
    {"SpringBoot", 401, R"({"status":401,"error":"Unauthorized","path":"/oauth2/token"})", "says \"Unauthorized\""},
    {"Nest", 400, R"({"statusCode":400,"message":"no grant","error":"Bad Request"})", "Bad Request (no grant)"},
    {"NoSuchEndpointInOAuthsWords", 404, refusing("invalid_request", "No such endpoint"), "no token endpoint"},
    {"BadRequestInText", 400, "Bad Request", "400 with text that is no JSON"},
    {"WrongMediaType", 415, "", "415"},
};

INSTANTIATE_TEST_SUITE_P(Corpus, AnswerOfSomethingElse, ::testing::ValuesIn(kFromSomethingElse),
                         ::testing::PrintToStringParamName());

class UnusableTokenAnswer : public ::testing::TestWithParam<NotTaken> {};

TEST_P(UnusableTokenAnswer, IsExplained) { expect_so(GetParam(), ErrorCode::kTokenUnusable, Factor::kService); }

const NotTaken kUnusable[] = {
    {"Gzip", 200, "\x1F\x8B\x08", "compressed (Content-Encoding: gzip)", header("content-encoding", "gzip")},
    {"CutOff", 200, R"({"access_token":"canary-secr)", "cut off"},
    {"Mac", 200, with(R"(,"token_type":"mac")"), "Bearer tokens only"},
    {"Dpop", 200, with(R"(,"token_type":"DPoP")"), "\"DPoP\""},
    {"NoAccessTokenAtAll", 200, with(R"(,"token_type":"N_A")"), "\"N_A\""},
    {"Jwt", 200, with(R"(,"token_type":"JWT")"), "\"JWT\""},
    {"LifeOfZero", 200, with(R"(,"expires_in":0)"), "expired already"},
    {"LifeOfMinusOne", 200, with(R"(,"expires_in":-1)"), "expired already"},
    {"LineEnd", 200, R"({"access_token":"canary\n"})", "no header can carry"},
    {"Slow", 408, "", "later"},
    {"TooEarly", 425, "", "later"},
    {"Throttled", 429, R"({"message":"Too Many Requests"})", "later"},
    {"AwsGatewayInTrouble", 500, R"({"message":"Internal server error"})", "later"},
    {"PageInTrouble", 500, kPage, "later"},
    {"BadGateway", 502, kPage, "502 with a web page"},
    {"EchoedTokenAsType", 200, with(R"(,"token_type":"canary-secret-token-1")"), kSecretLeftOut},
};

INSTANTIATE_TEST_SUITE_P(Corpus, UnusableTokenAnswer, ::testing::ValuesIn(kUnusable),
                         ::testing::PrintToStringParamName());

class RefusedClient : public ::testing::TestWithParam<NotTaken> {};

TEST_P(RefusedClient, IsExplained) { expect_so(GetParam(), ErrorCode::kTokenRefused, Factor::kOAuthClient); }

constexpr const char* kId = "EASYPOST_CONNECT_CLIENT_ID";
constexpr const char* kPresent = "oauth_client.present_client_certificate";

const NotTaken kRefusals[] = {
    {"NotNow", 503, R"({"error":"temporarily_unavailable"})", "cannot answer now", {}, Factor::kService},
    {"Keycloak_WrongSecret", 401, refusing("unauthorized_client", "Invalid client credentials"), kId},
    {"Keycloak_WrongSecretOrGrant", 401, refusing("unauthorized_client", "Invalid client credentials"),
     "client_credentials grant"},
    {"Keycloak_NoServiceAccount", 401,
     refusing("unauthorized_client", "Client not enabled to retrieve service account"),
     "Ask EasyPost to allow the client_credentials grant"},
    {"Keycloak_BoundWithoutCertificate",
     400,
     refusing("invalid_request", "Client Certification missing for MTLS HoK Token Binding"),
     kPresent,
     {},
     Factor::kClientCertificate},
    {"Keycloak_TlsClientAuth", 401, refusing("invalid_client", "Invalid client credentials"), kPresent},
    {"OtherCertificate",
     401,
     refusing("invalid_client", "certificate does not match"),
     "registered with",
     {},
     Factor::kClientCertificate,
     true},
    {"Google", 401, R"({"error":{"code":401,"message":"The OAuth client was not found."}})",
     "The OAuth client was not found."},
    {"Graph", 401, R"({"error":{"code":"invalid_client","message":"no"}})", kId},
    {"Apigee_Client", 401, R"({"ErrorCode":"invalid_client","Error":"ClientId is Invalid"})", "ClientId is Invalid"},
    {"Apigee_Fault", 401,
     R"({"fault":{"faultstring":"Invalid","detail":{"errorcode":"oauth.v2.InvalidClientIdentifier"}}})", kId},
    {"Okta", 401, R"({"errorCode":"invalid_client","errorSummary":"Invalid value for 'client_id'"})",
     "Invalid value for"},
    {"Cognito", 400, R"({"error":"invalid_client"})", kId},
    {"Auth0", 401, refusing("access_denied", "Unauthorized"), kId},
    {"Auth0_Grant", 403, refusing("unauthorized_client", "Grant type not allowed for the client."),
     "Ask EasyPost to allow"},
    {"Microsoft_WrongSecret", 401, refusing("invalid_client", "AADSTS7000215: Invalid client secret"), "AADSTS7000215"},
    {"Microsoft_ExpiredSecretInFull", 401,
     refusing("invalid_client",
              "AADSTS7000222: The provided client secret keys are expired. Create new keys, or consider "
              "using certificate credentials for added security: https://aka.ms/certCreds."),
     "Get a new client secret"},
    {"Microsoft_Assertion", 401,
     refusing("invalid_client",
              "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered"),
     kId},
    {"LinkToCertificates", 401, refusing("invalid_client", "Unknown. See https://docs.test/certificates"), kId},
    {"ScopeOfCertificates", 400, refusing("invalid_scope", "certificates.read is not allowed"), "oauth_client.scope"},
    {"DeniedScopeOfCertificates", 403, refusing("access_denied", "scope certificates.read is not allowed"), kId},
    {"Xsuaa", 401, refusing("unauthorized", "Bad credentials"), kId},
    {"MessageOfTheClient", 401, R"({"message":"Invalid client credentials"})", kId},
    {"CodeAsMessage", 401, R"({"message":"invalid_client"})", kId},
    {"Microsoft_ExpiredSecret", 401, refusing("invalid_client", "AADSTS7000222: keys are expired"),
     "Get a new client secret"},
    {"Microsoft_UnknownClient", 400, refusing("unauthorized_client", "AADSTS700016: not found"), kId},
    {"Microsoft_NoScope", 400, refusing("invalid_scope", "AADSTS1002012"), "Set oauth_client.scope"},
    {"Spring", 401, R"({"error":"invalid_client"})", kId},
    {"OldSpring", 401, refusing("unauthorized", "Full authentication is required"), "Full authentication"},
    {"PingOne_Method", 401, refusing("invalid_client", "Unsupported authentication method"), "to client_secret_basic"},
    {"PingOne_Code", 400, R"({"code":"INVALID_REQUEST","message":"no"})", "client_secret_basic"},
    {"ForgeRock", 401, refusing("invalid_client", "Client authentication failed"), kId},
    {"InPlainText", 401, "Unknown client", "401 with text that is no JSON"},
    {"OnAPage", 401, kPage, "401 with a web page"},
    {"InCapitals", 401, R"({"error":"INVALID_CLIENT"})", kId},
    {"InWords", 400, R"({"error":"Invalid client"})", kId},
    {"At200", 200, R"({"error":"invalid_client"})", kId},
    {"BesideAToken", 200, with(R"(,"error":"invalid_client")"), kId},
    {"UnknownCode", 400, R"({"error":"invalid_target"})", "what the code means"},
    {"EchoedSecret", 401, refusing("invalid_client", std::string(kClientSecret)), kSecretLeftOut},
    {"EchoedSecretInPercent", 401, refusing("invalid_client", "no canary%2dsecret%2dof%2dclient"), kSecretLeftOut},
    {"EchoedTokenBesideAnError", 200, with(R"(,"error":"invalid_scope","error_description":"canary-secret-token-1")"),
     kSecretLeftOut},
};

INSTANTIATE_TEST_SUITE_P(Corpus, RefusedClient, ::testing::ValuesIn(kRefusals), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::internal
