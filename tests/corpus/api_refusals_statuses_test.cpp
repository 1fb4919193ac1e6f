// SPDX-License-Identifier: Apache-2.0
// Statuses that blame no credential.
#include "api_refusals.hpp"

namespace easypost_connect::corpus {
namespace {

class Statuses : public ::testing::TestWithParam<ApiRefusal> {};
TEST_P(Statuses, HaveTheirOwnWords) { expect_so(GetParam()); }

const ApiRefusal kStatuses[] = {
    {"NothingNew", 304, {}, "", Factor::kRequest, "the call had not asked"},
    {"TemporaryRedirect", 307, {{"location", "https://login.test/"}}, "", Factor::kRequest, "location header"},
    {"Payment", 402, {}, "", Factor::kRequest, "contract"},
    {"NotFound", 404, {}, "", Factor::kRequest, "nothing at this path"},
    {"Method", 405, {{"allow", "GET"}}, "", Factor::kRequest, "allow header"},
    {"NotAcceptable", 406, {}, "", Factor::kRequest, "accept header"},
    {"ProxyInPlaceOfTheApi", 407, {{"proxy-authenticate", "Basic"}}, "", Factor::kNetwork, "https_proxy"},
    {"RequestTimeout", 408, {}, "", Factor::kService, "whole request in time", true},
    {"Conflict", 409, {}, R"({"message":"job exists"})", Factor::kRequest, "in conflict"},
    {"Gone", 410, {}, "", Factor::kRequest, "gone for good"},
    {"LengthRequired", 411, {}, "", Factor::kRequest, "Give the body a size"},
    {"Precondition", 412, {}, "", Factor::kRequest, "condition"},
    {"TooLarge", 413, {}, "", Factor::kRequest, "larger than the API takes"},
    {"UrlTooLong", 414, {}, "", Factor::kRequest, "fewer parameters"},
    {"MediaType", 415, {}, "", Factor::kRequest, "(415)"},
    {"Misdirected", 421, {}, "", Factor::kNetwork, "does not answer for this host"},
    {"Unprocessable", 422, {}, "", Factor::kRequest, "the answer may say more"},
    {"Locked", 423, {}, "", Factor::kRequest, "locked"},
    {"TooEarly", 425, {}, "", Factor::kService, "so early", true},
    {"UpgradeRequired", 426, {}, "", Factor::kRequest, "version of HTTP"},
    {"PreconditionRequired", 428, {}, "", Factor::kRequest, "if-match"},
    {"TooMany", 429, {}, "", Factor::kService, "retry-after", true},
    {"QuotaOfAws", 429, {{"x-amzn-errortype", "LimitExceededException"}}, "", Factor::kService, "quota", true},
    {"HeadersTooLarge", 431, {}, "", Factor::kRequest, "access token is one of them"},
    {"Legal", 451, {}, "", Factor::kRequest, "legal reasons"},
    {"Trouble", 500, {}, R"({"message":null})", Factor::kService, "Try again later", true},
    {"NotImplemented", 501, {}, "", Factor::kService, "cannot do what was asked"},
    {"BadGateway", 502, {}, "", Factor::kService, "in trouble", true},
    {"Unavailable", 503, {}, "", Factor::kService, "in trouble", true},
    {"GatewayTimeout", 504, {}, "", Factor::kService, "in trouble", true},
    {"HttpVersion", 505, {}, "", Factor::kService, "this version of HTTP"},
    {"VariantAlsoNegotiates", 506, {}, "", Factor::kService, "not set up right"},
    {"InsufficientStorage", 507, {}, "", Factor::kService, "in trouble", true},
    {"Loop", 508, {}, "", Factor::kService, "in a loop"},
    {"NotExtended", 510, {}, "", Factor::kService, "extension of HTTP"},
    {"CaptivePortal", 511, {}, "<html>login</html>", Factor::kNetwork, "wants a login"},
};

INSTANTIATE_TEST_SUITE_P(All, Statuses, ::testing::ValuesIn(kStatuses), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
