// SPDX-License-Identifier: Apache-2.0
// What token endpoints, and what stands in their place, answer; a row each. `gist` is what the message or the remedy
// has to say.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/token_response.hpp"
#include "core/base64.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

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

Secrets secrets_of(const OAuthClient& client) {
  Secrets secrets;
  secrets.add(client.secret);
  return secrets;
}

struct Taken {
  const char* name;
  int status;
  std::string body;
  long seconds;
};

std::ostream& operator<<(std::ostream& out, const Taken& row) { return out << row.name; }

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

INSTANTIATE_TEST_SUITE_P(
    Corpus, TokenAnswerTaken,
    ::testing::Values(
        Taken{"Rfc6749", 200, with(R"(,"token_type":"Bearer","expires_in":3600)"), 3600},
        Taken{"Apigee", 200, with(R"(,"token_type":"BearerToken","expires_in":"1799","scope":"")"), 1799},
        Taken{"TypeInSmallLetters", 200, with(R"(,"token_type":"bearer","expires_in":1799)"), 1799},
        Taken{"AzureDevOps", 200, with(R"(,"token_type":"jwt-bearer","expires_in":"3599")"), 3599},
        Taken{"TypeWithBlanks", 200, with(R"(,"token_type":" Bearer ","expires_in":1799)"), 1799},
        Taken{"TypeNotTold", 200, with(R"(,"expires_in":1799)"), 1799},
        Taken{"Status201", 201, with(R"(,"token_type":"Bearer","expires_in":1799)"), 1799},
        Taken{"Status203", 203, with(R"(,"token_type":"Bearer","expires_in":1799)"), 1799},
        Taken{"LifeAsText", 200, with(R"(,"expires_in":"3599")"), 3599},
        Taken{"LifeAsFraction", 200, with(R"(,"expires_in":3599.742)"), 3599},
        Taken{"LifeAsFractionInText", 200, with(R"(,"expires_in":"3599.742")"), 3599},
        Taken{"LifeWithBlanks", 200, with(R"(,"expires_in":" 3599 ")"), 3599},
        Taken{"LifeWithExponent", 200, with(R"(,"expires_in":3.6e3)"), 3600},
        Taken{"LifeThatIsNoNumber", 200, with(R"(,"expires_in":"1 hour")"), 60},
        Taken{"LifeNull", 200, with(R"(,"expires_in":null)"), 60}, Taken{"LifeNotTold", 200, with(""), 60},
        Taken{"LifeInOtherWords", 200, with(R"(,"expiresIn":3600)"), 60},
        Taken{"LifePerhapsInMilliseconds", 200, with(R"(,"expires_in":3600000)"), 86400},
        Taken{"LifeForEver", 200, with(R"(,"expires_in":9223372036854775807)"), 86400},
        Taken{"ErrorNullBesideIt", 200, with(R"(,"expires_in":60,"error":null)"), 60},
        Taken{"ErrorEmptyBesideIt", 200, with(R"(,"expires_in":60,"error":"")"), 60},
        Taken{"ErrorFalseBesideIt", 200, with(R"(,"expires_in":60,"error":false)"), 60},
        Taken{"CodeAndMessageBesideIt", 200, with(R"(,"expires_in":60,"code":"0","message":"ok")"), 60},
        Taken{"ByteOrderMark", 200, "\xEF\xBB\xBF" + with(R"(,"expires_in":60)"), 60},
        Taken{"Microsoft1", 200, with(R"(,"token_type":"Bearer","expires_in":"3599","expires_on":"1700000000")"), 3599},
        Taken{"Keycloak", 200, with(R"(,"token_type":"Bearer","expires_in":4,"not-before-policy":0)"), 4}),
    [](const auto& row) { return std::string(row.param.name); });

struct NotTaken {
  const char* name;
  int status;
  std::string body;
  ErrorCode code;
  Factor factor;
  const char* gist;
  Headers headers{};
  bool shows_certificate = false;
};

std::ostream& operator<<(std::ostream& out, const NotTaken& row) { return out << row.name; }

class TokenAnswerNotTaken : public ::testing::TestWithParam<NotTaken> {};

TEST_P(TokenAnswerNotTaken, IsExplained) {
  const NotTaken& row = GetParam();
  const OAuthClient client = asking_client(row.shows_certificate);
  const auto token = parse_token_response(answer(row.status, row.body, row.headers), FakeClock().now(), client, kUrl,
                                          secrets_of(client));
  EXPECT_THAT(token, AllOf(IsError(row.code), BlamedOn(row.factor), Says(row.gist), Not(Says("canary"))));
  EXPECT_EQ(token.error().seen.http_status, row.status);
}

std::string name_of(const ::testing::TestParamInfo<NotTaken>& row) { return row.param.name; }

constexpr auto kUnusable = ErrorCode::kTokenUnusable;
constexpr auto kRefused = ErrorCode::kTokenRefused;
constexpr auto kRequest = Factor::kRequest;
constexpr auto kService = Factor::kService;
constexpr auto kClient = Factor::kOAuthClient;
constexpr auto kCertificate = Factor::kClientCertificate;
constexpr const char* kSecretLeftOut = "[left out: it quotes a secret]";
constexpr const char* kPage = "<!DOCTYPE html><html><body>Hello</body></html>";

std::string refusing(const std::string& error, const std::string& description) {
  return R"({"error":")" + error + R"(","error_description":")" + description + R"("})";
}

INSTANTIATE_TEST_SUITE_P(
    FromSomethingElse, TokenAnswerNotTaken,
    ::testing::Values(
        NotTaken{"NotFound", 404, kPage, kUnusable, kRequest, "now https://auth.example.test/oauth2/token;"},
        NotTaken{"NotFoundBySpring", 404, R"({"status":404,"error":"Not Found","path":"/x"})", kUnusable, kRequest,
                 "404 and says \"Not Found\""},
        NotTaken{"NotFoundByNest", 404, R"({"statusCode":404,"message":"Cannot POST /x","error":"Not Found"})",
                 kUnusable, kRequest, "Cannot POST /x"},
        NotTaken{"UnknownRealm", 404, R"({"error":"Realm does not exist"})", kUnusable, kRequest, "Realm does not"},
        NotTaken{
            "UnknownProxyOfApigee", 404,
            R"({"fault":{"faultstring":"Unable to identify proxy","detail":{"errorcode":"x.ApplicationNotFound"}}})",
            kUnusable, kRequest, "Unable to identify proxy"},
        NotTaken{"Gone", 410, "", kUnusable, kRequest, "no token endpoint"},
        NotTaken{"WrongMethod", 405, "", kUnusable, kRequest, "takes no POST"},
        NotTaken{"WrongMethodByKeycloak", 405, R"({"error":"HTTP 405 Method Not Allowed"})", kUnusable, kRequest,
                 "takes no POST"},
        NotTaken{"RedirectToALogin",
                 302,
                 "",
                 kUnusable,
                 kRequest,
                 "to the host login.example.test, which",
                 {{"location", "https://login.example.test/start?state=canary"}}},
        NotTaken{"RedirectOnTheHost",
                 308,
                 "",
                 kUnusable,
                 kRequest,
                 "elsewhere on the same host",
                 {{"location", "/oauth2/token/canary"}}},
        NotTaken{"Page", 200, kPage, kUnusable, kRequest, "200 with a web page"},
        NotTaken{"LoginPage", 200, "<html><body>Please sign in</body></html>", kUnusable, kRequest, "a login"},
        NotTaken{"NoContent", 204, "", kUnusable, kRequest, "204 with nothing in it"},
        NotTaken{"Blank", 200, " \r\n", kUnusable, kRequest, "nothing in it"},
        NotTaken{"Xml", 200, "<?xml version=\"1.0\"?><token/>", kUnusable, kRequest, "XML"},
        NotTaken{"FormEncoded", 200, "access_token=canary-secret-token-1&token_type=bearer", kUnusable, kRequest,
                 "form-encoded text"},
        NotTaken{"Array", 200, "[" + with("") + "]", kUnusable, kRequest, "a JSON array"},
        NotTaken{"Nested", 200, R"({"data":)" + with("") + "}", kUnusable, kRequest, "inside its \"data\""},
        NotTaken{"OtherSpelling", 200, R"({"accessToken":"canary-secret-token-1"})", kUnusable, kRequest,
                 "with \"accessToken\""},
        NotTaken{"Capitals", 200, R"({"Access_Token":"canary-secret-token-1"})", kUnusable, kRequest,
                 "with \"Access_Token\""},
        NotTaken{"NumberAsToken", 200, R"({"access_token":7})", kUnusable, kRequest, "no text as its access_token"},
        NotTaken{"Text", 200, "\"canary-secret-token-1\"", kUnusable, kRequest, "JSON that is no object"},
        NotTaken{"BareToken", 200, "eyJhbGciOi.eyJjYW5hcnki.c2ln", kUnusable, kRequest, "a bare token"},
        NotTaken{"Health", 200, R"({"status":"UP"})", kUnusable, kRequest, "UP"},
        NotTaken{"ApiThatWantsAToken",
                 401,
                 "",
                 kUnusable,
                 kRequest,
                 "leads to an API",
                 {{"www-authenticate", "Bearer realm=\"api\""}}},
        NotTaken{"AwsGatewayWithoutThePath", 403, R"({"message":"Missing Authentication Token"})", kUnusable, kRequest,
                 "no token endpoint"},
        NotTaken{"Firewall", 403, kPage, kUnusable, kRequest, "firewall"},
        NotTaken{"Captive", 511, kPage, kUnusable, Factor::kNetwork, "511 with a web page"},
        NotTaken{"AwsGateway", 403, R"({"message":"Forbidden"})", kUnusable, kRequest, "says \"Forbidden\""},
        NotTaken{"AwsGateway_Validator", 400, R"({"message":"Invalid request body"})", kUnusable, kRequest,
                 "Most likely the token URL leads to an API"},
        NotTaken{"AwsGateway_EchoedHeader", 403,
                 R"({"message":"not a valid key=value pair in 'Basic )" +
                     base64_encode("partner-1:" + std::string(kClientSecret)) + R"('"})",
                 kUnusable, kRequest, kSecretLeftOut},
        NotTaken{"AzureApim", 401, R"({"statusCode":401,"message":"Access denied due to missing subscription key."})",
                 kUnusable, kRequest, "Check the token URL"},
        NotTaken{"Kong_Token",
                 401,
                 refusing("invalid_request", "The access token is missing"),
                 kUnusable,
                 kRequest,
                 "asks for an access token itself",
                 {{"www-authenticate", "Bearer realm=\"service\" error=\"invalid_request\""}}},
        NotTaken{"ApiThatRefusesTheToken",
                 401,
                 R"({"error":"invalid_token"})",
                 kUnusable,
                 kRequest,
                 "asks for an access token itself",
                 {{"www-authenticate", "Basic, Bearer error=\"invalid_token\""}}},
        NotTaken{"ApiThatRefusesTheTokenWithoutAChallenge", 401, R"({"error":"invalid_token"})", kUnusable, kRequest,
                 "Check the token URL"},
        NotTaken{"ApiThatWantsAScope", 403, R"({"error":"insufficient_scope"})", kUnusable, kRequest,
                 "Check the token URL"},
        NotTaken{"Kong_Key",
                 401,
                 R"({"message":"No API key found in request"})",
                 kUnusable,
                 kRequest,
                 "Check the token URL",
                 {{"www-authenticate", "Key realm=\"kong\""}}},
        NotTaken{"Wso2", 401, R"({"code":"900902","message":"Missing Credentials"})", kUnusable, kRequest,
                 "900902 (Missing Credentials)"},
        NotTaken{"GraphQl", 400, R"({"errors":[{"message":"Must provide query string."}]})", kUnusable, kRequest,
                 "Check the token URL"},
        NotTaken{"SpringBoot_Request", 400, R"({"status":400,"error":"Bad Request","path":"/token"})", kUnusable,
                 kRequest, "Check the token URL"},
        NotTaken{"SpringBoot", 401, R"({"status":401,"error":"Unauthorized","path":"/oauth2/token"})", kUnusable,
                 kRequest, "says \"Unauthorized\""},
        NotTaken{"Nest", 400, R"({"statusCode":400,"message":"no grant","error":"Bad Request"})", kUnusable, kRequest,
                 "Bad Request (no grant)"},
        NotTaken{"NoSuchEndpointInOAuthsWords", 404, refusing("invalid_request", "No such endpoint"), kUnusable,
                 kRequest, "no token endpoint"},
        NotTaken{"BadRequestInText", 400, "Bad Request", kUnusable, kRequest, "400 with text that is no JSON"},
        NotTaken{"WrongMediaType", 415, "", kUnusable, kRequest, "415"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Unusable, TokenAnswerNotTaken,
    ::testing::Values(
        NotTaken{"Gzip",
                 200,
                 "\x1F\x8B\x08",
                 kUnusable,
                 kService,
                 "compressed (Content-Encoding: gzip)",
                 {{"content-encoding", "gzip"}}},
        NotTaken{"CutOff", 200, R"({"access_token":"canary-secr)", kUnusable, kService, "cut off"},
        NotTaken{"Mac", 200, with(R"(,"token_type":"mac")"), kUnusable, kService, "Bearer tokens only"},
        NotTaken{"Dpop", 200, with(R"(,"token_type":"DPoP")"), kUnusable, kService, "\"DPoP\""},
        NotTaken{"NoAccessTokenAtAll", 200, with(R"(,"token_type":"N_A")"), kUnusable, kService, "\"N_A\""},
        NotTaken{"Jwt", 200, with(R"(,"token_type":"JWT")"), kUnusable, kService, "\"JWT\""},
        NotTaken{"LifeOfZero", 200, with(R"(,"expires_in":0)"), kUnusable, kService, "expired already"},
        NotTaken{"LifeOfMinusOne", 200, with(R"(,"expires_in":-1)"), kUnusable, kService, "expired already"},
        NotTaken{"LineEnd", 200, R"({"access_token":"canary\n"})", kUnusable, kService, "no header can carry"},
        NotTaken{"Slow", 408, "", kUnusable, kService, "later"},
        NotTaken{"TooEarly", 425, "", kUnusable, kService, "later"},
        NotTaken{"Throttled", 429, R"({"message":"Too Many Requests"})", kUnusable, kService, "later"},
        NotTaken{"AwsGatewayInTrouble", 500, R"({"message":"Internal server error"})", kUnusable, kService, "later"},
        NotTaken{"PageInTrouble", 500, kPage, kUnusable, kService, "later"},
        NotTaken{"BadGateway", 502, kPage, kUnusable, kService, "502 with a web page"},
        NotTaken{"NotNow", 503, R"({"error":"temporarily_unavailable"})", kRefused, kService, "cannot answer now"}),
    name_of);

constexpr const char* kId = "EASYPOST_CONNECT_CLIENT_ID";
constexpr const char* kPresent = "oauth_client.present_client_certificate";

INSTANTIATE_TEST_SUITE_P(
    Refusals, TokenAnswerNotTaken,
    ::testing::Values(
        NotTaken{"Keycloak_WrongSecret", 401, refusing("unauthorized_client", "Invalid client credentials"), kRefused,
                 kClient, kId},
        NotTaken{"Keycloak_WrongSecretOrGrant", 401, refusing("unauthorized_client", "Invalid client credentials"),
                 kRefused, kClient, "client_credentials grant"},
        NotTaken{"Keycloak_NoServiceAccount", 401,
                 refusing("unauthorized_client", "Client not enabled to retrieve service account"), kRefused, kClient,
                 "Ask EasyPost to allow the client_credentials grant"},
        NotTaken{"Keycloak_BoundWithoutCertificate", 400,
                 refusing("invalid_request", "Client Certification missing for MTLS HoK Token Binding"), kRefused,
                 kCertificate, kPresent},
        NotTaken{"Keycloak_TlsClientAuth", 401, refusing("invalid_client", "Invalid client credentials"), kRefused,
                 kClient, kPresent},
        NotTaken{"OtherCertificate",
                 401,
                 refusing("invalid_client", "certificate does not match"),
                 kRefused,
                 kCertificate,
                 "registered with",
                 {},
                 true},
        NotTaken{"Google", 401, R"({"error":{"code":401,"message":"The OAuth client was not found."}})", kRefused,
                 kClient, "The OAuth client was not found."},
        NotTaken{"Graph", 401, R"({"error":{"code":"invalid_client","message":"no"}})", kRefused, kClient, kId},
        NotTaken{"Apigee_Client", 401, R"({"ErrorCode":"invalid_client","Error":"ClientId is Invalid"})", kRefused,
                 kClient, "ClientId is Invalid"},
        NotTaken{"Apigee_Fault", 401,
                 R"({"fault":{"faultstring":"Invalid","detail":{"errorcode":"oauth.v2.InvalidClientIdentifier"}}})",
                 kRefused, kClient, kId},
        NotTaken{"Okta", 401, R"({"errorCode":"invalid_client","errorSummary":"Invalid value for 'client_id'"})",
                 kRefused, kClient, "Invalid value for"},
        NotTaken{"Cognito", 400, R"({"error":"invalid_client"})", kRefused, kClient, kId},
        NotTaken{"Auth0", 401, refusing("access_denied", "Unauthorized"), kRefused, kClient, kId},
        NotTaken{"Auth0_Grant", 403, refusing("unauthorized_client", "Grant type not allowed for the client."),
                 kRefused, kClient, "Ask EasyPost to allow"},
        NotTaken{"Microsoft_WrongSecret", 401, refusing("invalid_client", "AADSTS7000215: Invalid client secret"),
                 kRefused, kClient, "AADSTS7000215"},
        NotTaken{"Microsoft_ExpiredSecretInFull", 401,
                 refusing("invalid_client",
                          "AADSTS7000222: The provided client secret keys are expired. Create new keys, or consider "
                          "using certificate credentials for added security: https://aka.ms/certCreds."),
                 kRefused, kClient, "Get a new client secret"},
        NotTaken{
            "Microsoft_Assertion", 401,
            refusing(
                "invalid_client",
                "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered"),
            kRefused, kClient, kId},
        NotTaken{"LinkToCertificates", 401, refusing("invalid_client", "Unknown. See https://docs.test/certificates"),
                 kRefused, kClient, kId},
        NotTaken{"ScopeOfCertificates", 400, refusing("invalid_scope", "certificates.read is not allowed"), kRefused,
                 kClient, "oauth_client.scope"},
        NotTaken{"DeniedScopeOfCertificates", 403, refusing("access_denied", "scope certificates.read is not allowed"),
                 kRefused, kClient, kId},
        NotTaken{"Xsuaa", 401, refusing("unauthorized", "Bad credentials"), kRefused, kClient, kId},
        NotTaken{"MessageOfTheClient", 401, R"({"message":"Invalid client credentials"})", kRefused, kClient, kId},
        NotTaken{"CodeAsMessage", 401, R"({"message":"invalid_client"})", kRefused, kClient, kId},
        NotTaken{"Microsoft_ExpiredSecret", 401, refusing("invalid_client", "AADSTS7000222: keys are expired"),
                 kRefused, kClient, "Get a new client secret"},
        NotTaken{"Microsoft_UnknownClient", 400, refusing("unauthorized_client", "AADSTS700016: not found"), kRefused,
                 kClient, kId},
        NotTaken{"Microsoft_NoScope", 400, refusing("invalid_scope", "AADSTS1002012"), kRefused, kClient,
                 "Set oauth_client.scope"},
        NotTaken{"Spring", 401, R"({"error":"invalid_client"})", kRefused, kClient, kId},
        NotTaken{"OldSpring", 401, refusing("unauthorized", "Full authentication is required"), kRefused, kClient,
                 "Full authentication"},
        NotTaken{"PingOne_Method", 401, refusing("invalid_client", "Unsupported authentication method"), kRefused,
                 kClient, "to client_secret_basic"},
        NotTaken{"PingOne_Code", 400, R"({"code":"INVALID_REQUEST","message":"no"})", kRefused, kClient,
                 "client_secret_basic"},
        NotTaken{"ForgeRock", 401, refusing("invalid_client", "Client authentication failed"), kRefused, kClient, kId},
        NotTaken{"InPlainText", 401, "Unknown client", kRefused, kClient, "401 with text that is no JSON"},
        NotTaken{"OnAPage", 401, kPage, kRefused, kClient, "401 with a web page"},
        NotTaken{"InCapitals", 401, R"({"error":"INVALID_CLIENT"})", kRefused, kClient, kId},
        NotTaken{"InWords", 400, R"({"error":"Invalid client"})", kRefused, kClient, kId},
        NotTaken{"At200", 200, R"({"error":"invalid_client"})", kRefused, kClient, kId},
        NotTaken{"BesideAToken", 200, with(R"(,"error":"invalid_client")"), kRefused, kClient, kId},
        NotTaken{"UnknownCode", 400, R"({"error":"invalid_target"})", kRefused, kClient, "what the code means"},
        NotTaken{"EchoedSecret", 401, refusing("invalid_client", std::string(kClientSecret)), kRefused, kClient,
                 kSecretLeftOut},
        NotTaken{"EchoedSecretInPercent", 401, refusing("invalid_client", "no canary%2dsecret%2dof%2dclient"), kRefused,
                 kClient, kSecretLeftOut},
        NotTaken{"EchoedTokenBesideAnError", 200,
                 with(R"(,"error":"invalid_scope","error_description":"canary-secret-token-1")"), kRefused, kClient,
                 kSecretLeftOut},
        NotTaken{"EchoedTokenAsType", 200, with(R"(,"token_type":"canary-secret-token-1")"), kUnusable, kService,
                 kSecretLeftOut}),
    name_of);

}  // namespace
}  // namespace easypost_connect::internal
