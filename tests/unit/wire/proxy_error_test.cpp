// SPDX-License-Identifier: Apache-2.0
// Each thing that a proxy can do to a connection has its name here.
#include "wire/proxy_error.hpp"

#include <curl/curl.h>
#include <openssl/x509.h>

#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ntlm.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ProxyEvidence proxy(ProxyLogin login = ProxyLogin::kNone) {
  ProxyEvidence evidence;
  evidence.setting = {"HTTPS_PROXY", "http", "proxy.corp", "3128", login, ""};
  return evidence;
}

struct Refused {
  const char* name;
  ProxyLogin login;
  std::vector<std::string> offers;
  const char* says;
  const char* advises;
  int answers = 2;
};

void PrintTo(const Refused& row, std::ostream* out) { *out << row.name; }

class RefusedLogin : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedLogin, SaysWhatIsOfferedAndWhatWasGiven) {
  ProxyAnswer answer;
  ASSERT_TRUE(answer.add_line("HTTP/1.1 407 Proxy Authentication Required\r\n"));
  for (const auto& offer : GetParam().offers) ASSERT_TRUE(answer.add_line("proxy-authenticate: " + offer + "\r\n"));
  ProxyEvidence evidence = proxy(GetParam().login);
  evidence.status = 407;
  evidence.answers = GetParam().answers;
  evidence.challenges = answer.challenges();
  const Error error = proxy_error(CURLE_RECV_ERROR, evidence);
  EXPECT_THAT(error, AllOf(IsError(ErrorCode::kConnection), BlamedOn(Factor::kNetwork), Not(IsRetryable())));
  EXPECT_THAT(error.message, AllOf(HasSubstr("proxy.corp:3128 (HTTPS_PROXY)"), HasSubstr("407")));
  EXPECT_THAT(error.message, HasSubstr(GetParam().says));
  EXPECT_THAT(error.remedy, HasSubstr(GetParam().advises));
}

TEST(ProxyError, AProxyThatDoesNotAnswerTheLoginInTimeHasRefusedNothing) {
  ProxyEvidence evidence = proxy(ProxyLogin::kPassword);
  evidence.status = 407;  // of its first answer, behind which the login is given
  evidence.answers = 1;
  EXPECT_THAT(proxy_error(CURLE_OPERATION_TIMEDOUT, evidence),
              AllOf(IsError(ErrorCode::kTimeout), IsRetryable(), Says("did not connect in time")));
}

constexpr const char* kDigest = R"(Digest realm="corp", nonce="n", qop="auth")";
constexpr const char* kBasic = R"(Basic realm="corp")";

INSTANTIATE_TEST_SUITE_P(
    Proxy, RefusedLogin,
    ::testing::Values(
        Refused{
            "NothingGiven", ProxyLogin::kNone, {kBasic, kDigest}, "wants a user and a password", "into HTTPS_PROXY"},
        Refused{
            "NothingGivenNames", ProxyLogin::kNone, {kDigest, kBasic}, "it offers Digest, Basic", "http://user:pass"},
        Refused{"NothingGivenButTickets", ProxyLogin::kNone, {"Negotiate"}, "wants a Kerberos ticket", "http://:@host"},
        Refused{"NothingGivenOrTickets",
                ProxyLogin::kNone,
                {"Negotiate", "NTLM"},
                "Negotiate, NTLM",
                has_ntlm() ? "With a Kerberos ticket" : "Get a Kerberos ticket with kinit"},
        Refused{"NothingSaid", ProxyLogin::kNone, {}, "without a word", "http://user:password@host:port"},
        Refused{"Wrong", ProxyLogin::kPassword, {kBasic}, "refused the user or the password", "percent-encoded"},
        Refused{"WrongInOneField", ProxyLogin::kPassword, {"NTLM, Basic realm=\"x\""}, "offers NTLM, Basic", "DOMAIN"},
        Refused{"WrongAtTickets", ProxyLogin::kPassword, {"Negotiate"}, "no user and password", "kinit"},
        Refused{"WrongSaidNothing", ProxyLogin::kPassword, {}, "refused the user or the password", "Check both"},
        Refused{
            "Closed", ProxyLogin::kPassword, {kBasic}, "ended the connection before", "keep the connection open", 1},
        Refused{"NotTold", ProxyLogin::kPassword, {}, "in a way that this libcurl", "Basic", 1},
        Refused{"NotToldByAnUnknownDigest",
                ProxyLogin::kPassword,
                {R"(Digest nonce="n", algorithm=SHA-512-256)", kBasic},
                "does not have (407; it offers Digest with SHA-512-256, Basic)",
                "first",
                1},
        Refused{"WholeBodies",
                ProxyLogin::kPassword,
                {R"(Digest nonce="n", qop="auth-int")"},
                "offers only Digest with auth-int",
                "Ask",
                1},
        Refused{
            "SchemesOfIsa", ProxyLogin::kNone, {"NTLM", "Kerberos", "Negotiate"}, "NTLM, Kerberos, Negotiate", "kinit"},
        Refused{"NoTicket", ProxyLogin::kTicket, {"Negotiate"}, "no Kerberos ticket that it accepts", "klist"},
        Refused{"TicketAtPasswords", ProxyLogin::kTicket, {kBasic}, "takes no Kerberos ticket", "user:password"},
        Refused{"UnknownScheme", ProxyLogin::kPassword, {"Bearer"}, "offers only Bearer, and this libcurl", "Basic"},
        Refused{"UnknownAlgorithm",
                ProxyLogin::kPassword,
                {R"(Digest realm="c", nonce="n", algorithm=SHA-512-256)"},
                "offers only Digest with SHA-512-256",
                "Ask"},
        Refused{"KnownAlgorithm",
                ProxyLogin::kPassword,
                {R"(Digest realm="c", nonce="n", algorithm=sha-256)"},
                "refused the user or the password",
                "Check"}),
    ::testing::PrintToStringParamName());

struct Fault {
  const char* name;
  CURLcode code;
  void (*change)(ProxyEvidence&);
  ErrorCode expected;
  bool retryable;
  const char* says;
  const char* advises;
};

void PrintTo(const Fault& row, std::ostream* out) { *out << row.name; }

class FailedProxy : public ::testing::TestWithParam<Fault> {};

TEST_P(FailedProxy, IsNamedWithItsVariable) {
  ProxyEvidence evidence = proxy();
  GetParam().change(evidence);
  const Error error = proxy_error(GetParam().code, evidence);
  EXPECT_THAT(error, AllOf(IsError(GetParam().expected), BlamedOn(Factor::kNetwork)));
  EXPECT_EQ(error.retryable, GetParam().retryable);
  EXPECT_THAT(error.message, AllOf(HasSubstr("HTTPS_PROXY"), HasSubstr(GetParam().says)));
  EXPECT_THAT(error.remedy, HasSubstr(GetParam().advises));
}

void nothing(ProxyEvidence& /*proxy*/) {}

template <long kStatus>
void answered(ProxyEvidence& proxy) {
  proxy.status = kStatus;
}

template <long kError>
void socks(ProxyEvidence& proxy) {
  proxy.setting.scheme = "socks5";
  proxy.socks_error = kError;
}

void over_tls(ProxyEvidence& proxy) { proxy.setting.scheme = "https"; }

constexpr auto kConnection = ErrorCode::kConnection;

INSTANTIATE_TEST_SUITE_P(
    Proxy, FailedProxy,
    ::testing::Values(
        Fault{"Answers400", CURLE_RECV_ERROR, answered<400>, kConnection, false, "does not understand CONNECT (400)",
              "https://"},
        Fault{"Answers403", CURLE_RECV_ERROR, answered<403>, kConnection, false, "refused the connection", "Ask"},
        Fault{"Answers404", CURLE_RECV_ERROR, answered<404>, kConnection, false, "refused the connection", "Ask"},
        Fault{"Answers405", CURLE_RECV_ERROR, answered<405>, kConnection, false, "does not understand", "web server"},
        Fault{"Answers302", CURLE_RECV_ERROR, answered<302>, kConnection, false, "leads elsewhere", "log in"},
        Fault{"Answers502", CURLE_RECV_ERROR, answered<502>, kConnection, true, "could not reach", "host and port"},
        Fault{"Answers503", CURLE_RECV_ERROR, answered<503>, kConnection, true, "could not reach", "try again"},
        Fault{"Answers504", CURLE_RECV_ERROR, answered<504>, kConnection, true, "(504)", "try again"},
        Fault{"Answers511", CURLE_RECV_ERROR, answered<511>, kConnection, false, "log in at first", "log in"},
        Fault{"Unresolved", CURLE_COULDNT_RESOLVE_PROXY, nothing, kConnection, true, "cannot be resolved", "HTTPS_PROXY"},
        Fault{"Down", CURLE_COULDNT_CONNECT, nothing, kConnection, true, "cannot be connected to", "firewall"},
        Fault{"DownWithoutPort", CURLE_COULDNT_CONNECT, [](ProxyEvidence& one) { one.setting.port.clear(); },
              kConnection, true, "proxy.corp (", "no port, so libcurl took 1080"},
        Fault{"Silent", CURLE_OPERATION_TIMEDOUT, nothing, ErrorCode::kTimeout, true, "in time", "more time"},
        Fault{"Closes", CURLE_RECV_ERROR, nothing, kConnection, true, "without an answer to CONNECT", "Try again"},
        Fault{"ClosesAtOnce", CURLE_GOT_NOTHING, nothing, kConnection, true, "without an answer", "https://"},
        Fault{"NoTls", CURLE_SSL_CONNECT_ERROR, over_tls, ErrorCode::kTls, false, "TLS handshake", "http:// instead"},
        Fault{"WantsCertificateOverTls13", CURLE_RECV_ERROR,
              [](ProxyEvidence& one) {
                over_tls(one);
                one.alert = 116;
              },
              ErrorCode::kTls, false, "demands a client certificate (TLS alert certificate_required)", "API only"},
        Fault{"WantsCertificate", CURLE_SSL_CONNECT_ERROR,
              [](ProxyEvidence& one) {
                over_tls(one);
                one.alert = 116;
              },
              ErrorCode::kTls, false, "demands a client certificate (TLS alert certificate_required)", "API only"},
        Fault{"Untrusted", CURLE_PEER_FAILED_VERIFICATION,
              [](ProxyEvidence& one) {
                over_tls(one);
                one.verify_result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
              },
              ErrorCode::kTls, false, "issuer", "server_ca"},
        Fault{"OtherName", CURLE_PEER_FAILED_VERIFICATION, over_tls, ErrorCode::kTls, false,
              "another name than proxy.corp", "server_ca"},
        Fault{"NotBuiltIn", CURLE_NOT_BUILT_IN, over_tls, kConnection, false, "without https proxies", "libcurl"},
        Fault{"NoTicketInNewLibcurl", CURLE_AUTH_ERROR,
              [](ProxyEvidence& one) { one.setting.login = ProxyLogin::kTicket; }, kConnection, false,
              "no Kerberos ticket", "klist"},
        Fault{"Flawed", CURLE_COULDNT_CONNECT, [](ProxyEvidence& one) { one.setting.flaw = "it is odd"; }, kConnection,
              false, "it is odd", "percent-encoded"},
        Fault{"SocksWantsUser", CURLE_PROXY, socks<CURLPX_NO_AUTH>, kConnection, false, "wants a user", "socks5://user"},
        Fault{"SocksRefusesUser", CURLE_PROXY,
              [](ProxyEvidence& one) {
                socks<CURLPX_USER_REJECTED>(one);
                one.setting.login = ProxyLogin::kPassword;
              },
              kConnection, false, "refused the user", "percent-encoded"},
        Fault{"SocksLooksUpHere", CURLE_PROXY, socks<CURLPX_RESOLVE_HOST>, kConnection, true, "looked up here",
              "socks5h://"},
        Fault{"SocksHostLooksUpHere", CURLE_COULDNT_RESOLVE_HOST, socks<CURLPX_OK>, kConnection, true, "looked up here",
              "socks5h://"},
        Fault{"SocksForbids", CURLE_PROXY, socks<CURLPX_REPLY_NOT_ALLOWED>, kConnection, false, "does not allow", "Ask"},
        Fault{"SocksCannotReach", CURLE_PROXY, socks<CURLPX_REPLY_HOST_UNREACHABLE>, kConnection, true,
              "could not reach", "URL"},
        Fault{"SocksCloses", CURLE_PROXY, socks<CURLPX_CLOSED>, kConnection, true, "ended the connection", "SOCKS"},
        Fault{"NoSocks", CURLE_PROXY, socks<CURLPX_BAD_VERSION>, kConnection, false, "does not speak socks5",
              "http://"}),
    ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::internal
