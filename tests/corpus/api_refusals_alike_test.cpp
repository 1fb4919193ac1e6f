// SPDX-License-Identifier: Apache-2.0
// Answers that refuse several credentials in the same words, that do not follow the RFCs, or that only look like
// refusals.
#include "api_refusals.hpp"

namespace easypost_connect::corpus {
namespace {

class AlikeRefusals : public ::testing::TestWithParam<ApiRefusal> {};
TEST_P(AlikeRefusals, AreToldApartOrNamedBoth) { expect_so(GetParam()); }

const char* const kTokenAndNewOne = "refused the access token, and a new one as well";
const char* const kKey = "the API key is at fault";
const char* const kKeyOrToken = "the API key or the access token";
const char* const kCertificate = "refused the client certificate";
const char* const kRight = "denies its client this call";
const char* const kRightOrKey = "most likely the OAuth client lacks the right, otherwise the API key";

Headers page() { return {{"content-type", "text/html"}}; }

const std::string kOfWso2 = R"({"code":"900901","message":"Invalid Credentials"})";

const ApiRefusal kWso2[] = {
    {"ExpiredToken", 401,
     challenges({"OAuth2 realm=\"WSO2\", error=\"invalid_token\", error_description=\"The access token expired\""}),
     R"({"fault":{"code":900901,"message":"Invalid Credentials"}})", Factor::kAccessToken, "it had expired"},
    {"ErrorWithABlank", 401, challenges({"OAuth2 realm=\"WSO2\", error=\"invalid token\" , error_description=\"bad\""}),
     "", Factor::kAccessToken, kTokenAndNewOne},
    {"UnknownScheme", 401, challenges({"Gate realm=\"a\", error=\"invalid_token\""}), "", Factor::kAccessToken,
     kTokenAndNewOne},
    {"BareOAuth2", 401, challenges({"OAuth2 realm=\"WSO2\""}), "", Factor::kAccessToken, kTokenAndNewOne},
    {"Scope", 403, challenges({"OAuth2 realm=\"WSO2\", error=\"insufficient_scope\""}), "", Factor::kOAuthClient,
     kRight},
    {"Subscription", 403, {}, R"({"code":"900908","message":"Resource forbidden"})", Factor::kOAuthClient, kRightOrKey},
    {"Key", 401, challenges({"API Key realm=\"WSO2\""}), "", Factor::kApiKey, kKey},
    {"KeyAndBody", 401, challenges({"API Key realm=\"WSO2\""}), kOfWso2, Factor::kApiKey, kKey},
    {"InternalKeyAndToken", 401, challenges({"Internal API Key realm=\"WSO2\", OAuth2 realm=\"WSO2\""}), kOfWso2,
     Factor::kApiKey, kKeyOrToken},
    {"MutualSsl", 401, challenges({"Mutual SSL realm=\"WSO2\""}), "", Factor::kClientCertificate, kCertificate},
    {"MutualSslAndBody", 401, challenges({"Mutual SSL realm=\"WSO2\""}), kOfWso2, Factor::kClientCertificate,
     "none arrived there"},
    {"MutualSslOrToken", 401, challenges({"Mutual SSL realm=\"WSO2\", OAuth2 realm=\"WSO2\""}), kOfWso2,
     Factor::kAccessToken, kTokenAndNewOne},
    {"ClientCertificate", 401, challenges({"ClientCertificate realm=\"a\""}), "", Factor::kClientCertificate,
     kCertificate},
    {"X509", 403, challenges({"X509"}), "", Factor::kClientCertificate, kCertificate},
    {"Mtls", 401, challenges({"mTLS realm=\"a\""}), "", Factor::kClientCertificate, kCertificate},
    {"TlsClientCert", 401, challenges({"TLS-Client-Cert"}), "", Factor::kClientCertificate, kCertificate},
    {"CertificateInAParameter", 401, challenges({"Gate realm=\"client certificate\""}), "", Factor::kClientCertificate,
     kCertificate},
    {"RealmOfCertificates", 401, challenges({"Basic realm=\"Delivery certificates\""}), "", Factor::kRequest,
     "kind Basic"},
    {"BearerAndAToken", 401, challenges({"Bearer token"}), "", Factor::kAccessToken, kTokenAndNewOne},
};

const char* const kNoField = R"({"error":"Authorization field missing"})";

const ApiRefusal kTyk[] = {
    {"NoFieldWithBearer", 401, challenges({"Bearer realm=\"tyk\", resource_metadata=\"https://x/.well-known/y\""}),
     kNoField, Factor::kAccessToken, "did not arrive"},
    {"NoField", 401, {}, kNoField, Factor::kApiKey, kKeyOrToken},
    {"NoFieldAt400", 400, {}, kNoField, Factor::kApiKey, kKeyOrToken},
    {"Disallowed", 403, {}, R"({"error":"Access to this API has been disallowed"})", Factor::kApiKey, kKeyOrToken},
    {"DisallowedWithBearer", 403, challenges({"Bearer"}), R"({"error":"Access to this API has been disallowed"})",
     Factor::kAccessToken, "refused the access token"},
    {"NotAuthorised", 403, {}, R"({"error":"Key not authorised"})", Factor::kApiKey, kKeyOrToken},
    {"NotAuthorized", 401, {}, R"({"error":"Key not authorized"})", Factor::kApiKey, kKeyOrToken},
    {"Expired", 401, {}, R"({"error":"Key has expired, please renew"})", Factor::kApiKey, kKeyOrToken},
};

const ApiRefusal kOthers[] = {
    {"ThreeScaleWrong", 403, {}, "Authentication failed", Factor::kApiKey, kKeyOrToken},
    {"ThreeScaleMissing", 403, {}, "Authentication parameters missing", Factor::kApiKey, kKeyOrToken},
    {"ApicastNoCertificate",
     400,
     {},
     "No required TLS certificate was sent",
     Factor::kClientCertificate,
     "none arrived there"},
    {"ApicastBadCertificate", 400, {}, "TLS certificate validation failed", Factor::kClientCertificate, kCertificate},
    {"Iis403Dot7", 403, page(),
     "<h3>HTTP Error 403.7 - Forbidden</h3><h4>The page requires your browser to have a client certificate</h4>",
     Factor::kClientCertificate, "none arrived there"},
    {"Iis403Dot16", 403, page(), "<h3>HTTP Error 403.16 - Forbidden</h3><h4>It is not trusted or invalid.</h4>",
     Factor::kClientCertificate, "issuer is not known"},
    {"Iis403Dot4", 403, page(), "<h3>HTTP Error 403.4 - Forbidden</h3>", Factor::kApiKey, "without saying why"},
    {"ApachePostHandshake", 403, page(),
     "<p>You don't have permission to access this resource.Reason: Cannot perform Post-Handshake Authentication.<br/>",
     Factor::kClientCertificate, "only after the handshake"},
    {"CertificateRequired",
     401,
     {},
     R"({"message":"Client certificate required"})",
     Factor::kClientCertificate,
     "none arrived there"},
    {"Wso2Xml", 403, {}, "<fault><code>900908</code></fault>", Factor::kOAuthClient, kRightOrKey},
};

const char* const kOrFirewall = "otherwise a firewall or proxy in between";
const char* const kFirewall = "A firewall stopped the call";

const ApiRefusal kPages[] = {
    {"LoadBalancer",
     403,
     {{"server", "awselb/2.0"}},
     "<html>\r\n<head><title>403 Forbidden</title></head></html>",
     Factor::kApiKey,
     kOrFirewall},
    {"WithoutTags", 403, page(), "blocked", Factor::kApiKey, kOrFirewall},
    {"FortiWeb", 403, page(), "<html><title>Web Page Blocked!</title>Attack ID: 2</html>", Factor::kNetwork, kFirewall},
    {"Sucuri", 403, page(), "<title>Sucuri WebSite Firewall - Access Denied</title>", Factor::kNetwork, kFirewall},
    {"Barracuda", 403, page(), "<title>Barracuda Web Application Firewall: Access denied</title>", Factor::kNetwork,
     kFirewall},
    {"NetScaler", 403, page(), "<title>Application Firewall Block Page</title>", Factor::kNetwork, kFirewall},
    {"Zscaler", 403, page(), "<title>Internet Security by Zscaler</title>", Factor::kNetwork, kFirewall},
    {"BlockedByWaf", 403, page(), "<html><h1>Forbidden<br>Request was blocked by WAF.</h1></html>", Factor::kNetwork,
     kFirewall},
    {"Xhtml",
     403,
     {},
     "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\"><html><title>Access forbidden!</title></html>",
     Factor::kApiKey,
     kOrFirewall},
    {"XmlIsNoPage",
     403,
     {},
     "<Error><Code>Forbidden</Code></Error>",
     Factor::kApiKey,
     "without saying why: most likely the API key, otherwise a right"},
};

const char* const kOwnWords = "in words of its own";

const ApiRefusal kBusiness[] = {
    {"KeyOfTheRecipient",
     403,
     {},
     R"({"fault":{"code":"J-403","message":"API key of the recipient is not registered"}})",
     Factor::kRequest,
     kOwnWords},
    {"KeyOfAWebhook", 403, {}, R"({"message":"The webhook's API key is too short"})", Factor::kRequest, kOwnWords},
    {"KeyOfADepartment", 403, {}, R"({"message":"No department API key is set"})", Factor::kRequest, kOwnWords},
    {"KeyAt400",
     400,
     {},
     R"({"error":{"message":"The recipient's API key must have 32 characters"}})",
     Factor::kRequest,
     "(400)"},
    {"CertificateErrorOfTheSender", 400, page(),
     "<html><body>The SSL certificate error of the sender was not uploaded</body></html>", Factor::kRequest, "(400)"},
    {"CertificateOfTheRecipient",
     403,
     {},
     R"({"message":"The recipient's client certificate is required"})",
     Factor::kRequest,
     kOwnWords},
    {"InvalidKey", 403, {}, R"({"message":"Invalid API key."})", Factor::kApiKey, kKey},
    {"MustProvideAKey", 403, {}, R"({"message":"You must provide an API key"})", Factor::kApiKey, kKey},
    {"DueToAnInvalidKey", 403, {}, R"({"message":"Access denied due to invalid API key"})", Factor::kApiKey, kKey},
    {"KeyInAClause", 403, {}, R"({"message":"Forbidden: API key not found"})", Factor::kApiKey, kKey},
    {"CodeOfAKey", 403, {}, R"({"code":"ERR_MISSING_API_KEY"})", Factor::kApiKey, kKey},
};

const ApiRefusal kSchemes[] = {
    {"OAuthBearerToken", 401, challenges({"oauthbearertoken realm=\"SCIM\""}), "", Factor::kAccessToken,
     kTokenAndNewOne},
    {"AccessToken", 401, challenges({"AccessToken"}), "", Factor::kAccessToken, kTokenAndNewOne},
    {"OpenIdConnect", 401, challenges({"OpenIDConnect realm=\"x\""}), "", Factor::kAccessToken, kTokenAndNewOne},
    {"KeyAsAnErrorOfBearer", 401, challenges({"Bearer error=\"invalid_api_key\""}), "", Factor::kApiKey, kKey},
    {"SslCert", 401, challenges({"SSL-Cert"}), "", Factor::kClientCertificate, kCertificate},
    {"Certificate", 401, challenges({"Certificate realm=\"x\""}), "", Factor::kClientCertificate, kCertificate},
    {"KeyAuth", 401, challenges({"KeyAuth"}), "", Factor::kApiKey, kKey},
    {"DeveloperKey", 401, challenges({"Developer-Key"}), "", Factor::kApiKey, kKey},
    {"SshKey", 401, challenges({"SSHKey"}), "", Factor::kRequest, "another kind"},
    {"Keycloak", 401, challenges({"Keycloak realm=\"x\""}), "", Factor::kRequest, "another kind"},
    {"KeyWithItsValue",
     403,
     {},
     R"({"title":"Invalid API-KEY","detail":"API-KEY 'canary' is invalid."})",
     Factor::kApiKey,
     kKey},
    {"KeyBanned", 403, {}, R"({"meta":{"message":"The provided API key has been banned"}})", Factor::kApiKey, kKey},
};

INSTANTIATE_TEST_SUITE_P(Wso2, AlikeRefusals, ::testing::ValuesIn(kWso2), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Tyk, AlikeRefusals, ::testing::ValuesIn(kTyk), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Others, AlikeRefusals, ::testing::ValuesIn(kOthers), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Schemes, AlikeRefusals, ::testing::ValuesIn(kSchemes), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Pages, AlikeRefusals, ::testing::ValuesIn(kPages), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Business, AlikeRefusals, ::testing::ValuesIn(kBusiness), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
