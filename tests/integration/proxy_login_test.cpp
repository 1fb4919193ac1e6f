// SPDX-License-Identifier: Apache-2.0
// These calls go through proxies that want to know their user, and through those that go wrong. The tests look at what
// arrives, and what is said.
#include <stdlib.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/json.hpp>
#include <easypost_connect/sandbox.hpp>

#include "core/encoding.hpp"
#include "ntlm.hpp"
#include "result_matchers.hpp"
#include "scripted_proxy.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kTunnel = "HTTP/1.1 200 Connection established\r\n\r\n";

std::string answer(const std::string& status, const std::string& headers = {}, const std::string& body = {}) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Returns a 407 with these challenges, a field each.
std::string wants(const std::vector<std::string>& challenges, const std::string& headers = {}) {
  std::string fields = headers;
  for (const auto& one : challenges) fields += "Proxy-Authenticate: " + one + "\r\n";
  return answer("407 Proxy Authentication Required", fields, "<html>denied</html>");
}

using Answer = ScriptedProxy::Answer;

/// Opens the tunnel to whom `knows` it, and gives all others `otherwise`.
Answer tunnel_if(bool (*knows)(const std::string& head), std::string otherwise) {
  return
      [knows, otherwise = std::move(otherwise)](const std::string& head) { return knows(head) ? kTunnel : otherwise; };
}

Answer always(std::string what) {
  return [what = std::move(what)](const std::string&) { return what; };
}

/// Tells whether there is an "Authorization: Basic" (RFC 7617) for "user" and the password that all rows have.
bool is_basic(const std::string& head) {
  return header_in(head, "proxy-authorization") == "Basic " + internal::base64_encode("user:canary-secret@1");
}

bool is_digest(const std::string& head, const char* digest, bool session = false) {
  return digest_is_right(head, "user:corp:canary-secret@1", "abc", digest, session);
}
bool is_md5(const std::string& head) { return is_digest(head, "MD5"); }
bool is_md5_of_a_session(const std::string& head) { return is_digest(head, "MD5", true); }
bool is_sha256(const std::string& head) { return is_digest(head, "SHA256"); }

bool hides_user(const std::string& head) { return is_sha256(head) && head.find("userhash=true") != std::string::npos; }

bool is_ntlm(const std::string& head) { return header_in(head, "proxy-authorization").compare(0, 5, "NTLM ") == 0; }

const std::string kBasic = R"(Basic realm="corp")";
const std::string kDigest = R"(Digest realm="corp", nonce="abc", qop="auth")";
constexpr const char* kClose = "Connection: close\r\n";

/// Returns a challenge of Digest with that algorithm.
std::string digest(const std::string& algorithm) { return kDigest + ", algorithm=" + algorithm; }

/// Gives a nonce that is out of date as soon as it was used.
std::string stale_once(const std::string& head) {
  if (is_md5(head)) return kTunnel;
  const bool tried = !header_in(head, "proxy-authorization").empty();
  return wants({tried ? kDigest + ", stale=true" : R"(Digest realm="corp", nonce="old", qop="auth")"});
}

struct Row {
  const char* name;
  const char* login;
  Answer answer;
  const char* says;  // "" if the call succeeds
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

constexpr const char* kRight = "user:canary-secret%401";
constexpr const char* kWrong = "user:canary-secret-wrong";
constexpr const char* kRefused = "refused the user or the password";
constexpr const char* kNoNtlm = "offers only NTLM, and this libcurl";

// Somebody has each of these proxies.
const Row kRows[] = {
    {"Open", "", always(kTunnel), ""},
    {"OpenAlthoughAUserIsGiven", kRight, always(kTunnel), ""},
    {"TunnelWithALength", "", always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVia: 1.1 x\r\n\r\n"), ""},
    {"Basic", kRight, tunnel_if(is_basic, wants({kBasic})), ""},
    {"BasicAndCloses", kRight, tunnel_if(is_basic, wants({kBasic}, kClose)), ""},
    {"BasicAndProxyCloses", kRight,
     tunnel_if(is_basic, wants({kBasic}, "Proxy-Connection: close\r\nConnection: close\r\n")), ""},
    {"BasicByHttp10", kRight,
     [](const std::string& head) {
       return is_basic(head)
                  ? "HTTP/1.0 200 Connection established\r\n\r\n"
                  : "HTTP/1.0 407 Denied\r\nProxy-Authenticate: " + kBasic + "\r\nConnection: close\r\n\r\nwhy";
     },
     ""},
    {"Digest", kRight, tunnel_if(is_md5, wants({kDigest})), ""},
    {"DigestAndCloses", kRight, tunnel_if(is_md5, wants({kDigest}, kClose)), ""},
    {"DigestWithoutQop", kRight, tunnel_if(is_md5, wants({R"(Digest realm="corp", nonce="abc")"})), ""},
    {"DigestOfTwoQops", kRight, tunnel_if(is_md5, wants({R"(Digest realm="corp", nonce="abc", qop="auth-int, auth")"})),
     ""},
    {"DigestOfASession", kRight, tunnel_if(is_md5_of_a_session, wants({digest("MD5-sess")})), ""},
    {"DigestWithSha256", kRight, tunnel_if(is_sha256, wants({digest("SHA-256")})), ""},
    {"DigestThatWasStale", kRight, stale_once, ""},
    {"DigestOfTwoAlgorithms", kRight, tunnel_if(is_sha256, wants({digest("SHA-256"), digest("MD5")})), ""},
    {"DigestOfANewAlgorithmBefore", kRight, tunnel_if(is_md5, wants({digest("SHA-512-256"), digest("MD5")})),
     "in a way that this libcurl"},
    {"DigestWithAHashedUser", kRight, tunnel_if(hides_user, wants({digest("SHA-256, userhash=true")})), ""},
    {"DigestOfAuthIntOnly", kRight, always(wants({R"(Digest realm="corp", nonce="abc", qop="auth-int")"})),
     "offers only Digest with auth-int"},
    {"NtlmOfAUserWhoIsRemembered", kRight, tunnel_if(is_ntlm, wants({"NTLM"})), has_ntlm() ? "" : kNoNtlm},
    {"NtlmThatCloses", kRight, always("HTTP/1.0 407 Denied\r\nProxy-Authenticate: NTLM\r\nConnection: close\r\n\r\nno"),
     has_ntlm() ? kRefused : kNoNtlm},
    {"BasicBesideNegotiate", kRight, tunnel_if(is_basic, wants({"Negotiate", kBasic})), ""},
    {"DigestBesideBasic", kRight, tunnel_if(is_md5, wants({kBasic, kDigest})), ""},
    {"NobodyGiven", "", always(wants({kBasic, kDigest})), "it offers Basic, Digest"},
    {"WrongBasic", kWrong, always(wants({kBasic})), kRefused},
    {"WrongDigest", kWrong, tunnel_if(is_md5, wants({kDigest})), kRefused},
    {"WrongAndCloses", kWrong, always(wants({kBasic}, kClose)), kRefused},
    {"OnlyNegotiate", kRight, always(wants({"Negotiate"})), "takes a Kerberos ticket"},
    {"OnlyBearer", kRight, always(wants({"Bearer realm=\"x\""})), "offers only Bearer"},
    {"OnlyANewAlgorithm", kRight, always(wants({digest("SHA-512-256")})), "offers only Digest with SHA-512-256"},
    {"Answers401", kRight, always(answer("401 Unauthorized")), "as a server does"},
    {"OffersNothing", kRight, always(wants({})), "in a way that this libcurl"},
    {"NoTicket", ":", always(wants({"Negotiate"})), "no Kerberos ticket that it accepts"},
    {"Forbids", kRight, always(answer("403 Forbidden")), "refused the connection"},
    {"CannotReach", kRight, always(answer("502 Bad Gateway")), "could not reach the server"},
    {"CannotReachAndCloses", kRight, always(answer("503 Service Unavailable", kClose, "<html>")),
     "could not reach the server (503)"},
    {"IsSlowBehind", kRight, always(answer("504 Gateway Timeout")), "(504)"},
    {"IsAWebServer", kRight, always(answer("400 Bad Request")), "does not understand CONNECT"},
    {"WantsALogInPage", kRight, always(answer("302 Found", "Location: http://login.test\r\n")), "leads elsewhere"},
    {"Closes", kRight, always(""), "without an answer to CONNECT"},
    {"SpeaksSomethingElse", kRight, always("SSH-2.0-x\r\nConnection: close\r\n"), "The proxy localhost"},
    {"ShowsAPage", kRight, always("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n<html>log in</html>"), "not TLS"},
};

class ProxyLogin : public ::testing::TestWithParam<Row> {
 protected:
  static Sandbox& sandbox() {
    static auto shared = Sandbox::start().value();
    return shared;
  }

  static Result<Response> call_through(const std::string& proxy, ClientOptions options = sandbox().client_options()) {
    ::setenv("https_proxy", proxy.c_str(), 1);
    options.retry.max_attempts = 1;
    auto answer = ConnectClient::create(std::move(options)).value().get("/jobs");
    ::unsetenv("https_proxy");
    return answer;
  }
};

TEST_P(ProxyLogin, EndsAsTheProxyAnswers) {
  const std::string says = GetParam().says;
  const ScriptedProxy proxy(GetParam().answer);
  const auto answer = call_through(proxy.url(GetParam().login));
  EXPECT_THAT(proxy.heads(), Each(Not(AllOf(HasSubstr("x-api-key"), HasSubstr("\r\nAuthorization:")))));
  EXPECT_THAT(proxy.heads(), Each(HasSubstr("CONNECT localhost:")));
  if (says.empty()) {
    ASSERT_TRUE(answer) << answer.error().describe();
    return;
  }
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer, AllOf(Says(says), BlamedOn(Factor::kNetwork), Says("https_proxy")));
  EXPECT_TRUE(answer.error().never_sent);
  EXPECT_THAT(answer.error().describe(), Not(HasSubstr("canary-secret")));
}

INSTANTIATE_TEST_SUITE_P(Each, ProxyLogin, ::testing::ValuesIn(kRows), ::testing::PrintToStringParamName());

// A password goes out in clear only where nothing better is taken.
TEST_F(ProxyLogin, SendsNoPasswordUnasked) {
  const ScriptedProxy proxy(tunnel_if(is_md5, wants({kBasic, kDigest})));
  ASSERT_TRUE(call_through(proxy.url(kRight)));
  EXPECT_THAT(proxy.heads(), Each(Not(HasSubstr("Basic"))));
  EXPECT_THAT(header_in(proxy.heads().front(), "proxy-authorization"), IsEmpty());
}

TEST_F(ProxyLogin, IsTheSameForPostsAndUploads) {
  const ScriptedProxy proxy(tunnel_if(is_md5, wants({kDigest})));
  ::setenv("https_proxy", proxy.url(kRight).c_str(), 1);
  auto client = ConnectClient::create(sandbox().client_options()).value();
  const auto before = sandbox().counters();
  const auto prepared = client.post("/jobs/single-file", R"({"workflowId":"w","jobName":"n","filename":"f.pdf"})");
  ASSERT_TRUE(prepared) << prepared.error().describe();
  const auto url = parse_json(*prepared)->at("fileUploadUrl").get<std::string>();
  const auto uploaded = client.upload(url, std::string(300'000, 'x'));
  ::unsetenv("https_proxy");
  ASSERT_TRUE(uploaded) << uploaded.error().describe();
  const auto after = sandbox().counters();
  EXPECT_EQ(after.api_requests - before.api_requests, 1U);
  EXPECT_EQ(after.uploads - before.uploads, 1U);
  EXPECT_EQ(after.leaked_credentials, 0U);
  EXPECT_EQ(proxy.heads().size(), 6U) << "each of three connections asks, is asked back, and connects";
}

// The server's challenge is not the proxy's, whose password the server must not get: neither at once nor in a second
// request.
TEST_F(ProxyLogin, AServerBehindTheProxyThatAnswers407IsNotToldThePassword) {
  const ScriptedProxy proxy(tunnel_if(is_basic, wants({kBasic})));
  const auto before = sandbox().counters().api_requests;
  SandboxFault fault;
  fault.status = 407;
  fault.headers.add("proxy-authenticate", R"(Digest realm="elsewhere", nonce="n", qop="auth")");
  sandbox().inject(SandboxHost::kApi, fault);
  const auto answer = call_through(proxy.url(kRight));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer, Not(Says("The proxy localhost")));
  EXPECT_EQ(answer.error().response->status, 407);
  EXPECT_EQ(sandbox().counters().api_requests - before, 1U);
  EXPECT_THAT(proxy.heads(), Each(Not(HasSubstr("elsewhere"))));
}

// A proxy that looks into TLS shows a certificate that server_ca does not trust.
TEST_F(ProxyLogin, ACertificateOfAnotherAuthorityBehindTheProxyIsSaidToBeSo) {
  const ScriptedProxy proxy(always(kTunnel));
  const auto other = Sandbox::start().value();
  ClientOptions options = sandbox().client_options();
  options.server_ca = other.client_options().server_ca;
  const auto answer = call_through(proxy.url(), options);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer, AllOf(BlamedOn(Factor::kServerCertificate), Says("issued by CN="), Says("let this host pass")));
}

struct Unusable {
  const char* value;
  const char* says;
};

// People write these, with a canary for a password here: libcurl's own words quote all of it (measured).
constexpr Unusable kUnusable[] = {
    {"http://user:canary-secret/x@localhost:1", "user or password hold"},
    {"http://user:1/canary-secret@localhost:1", "user or password hold"},
    {"http://user:x@canary-secret@localhost:1", "user or password hold"},
    {"http://user:x@canary-secret/y@localhost:1", "user or password hold"},
    {"http://user:1#canary-secret@localhost:1", "user or password hold"},
    {"http://user:x?canary-secret@localhost:1", "user or password hold"},
    {"http://user:canary-secret x@localhost:1", "a blank"},
    {"http://user:canary-secret@localhost:1 ", "a blank"},
    {"'http://user:canary-secret@localhost:1'", "a quotation mark"},
    {"htp://user:canary-secret@localhost:1", "scheme is none of"},
    {"http://user:canary-secret@localhost:port", "not a URL"},
    {"http://user:canary-secret@", "not a URL"},
    {"http://user:canary-secret@proxy.invalid:1", "a name that cannot be resolved"},
    {"http://user:canary-secret@localhost:1", "cannot be connected to"},
    {"socks5h://user:canary-secret@localhost:1", "cannot be connected to"},
    {"https://user:canary-secret@localhost:1", "cannot be connected to"},
    {"http://user:canary-secret@localhost", "so libcurl took 1080"},
};

TEST_F(ProxyLogin, NoTextHoldsThePassword) {
  for (const auto& [value, says] : kUnusable) {
    SCOPED_TRACE(says);
    const auto answer = call_through(value);
    ASSERT_FALSE(answer);
    const Error& error = answer.error();
    EXPECT_THAT(error, AllOf(Says(says), BlamedOn(Factor::kNetwork), Says("https_proxy")));
    EXPECT_TRUE(error.never_sent);
    EXPECT_TRUE((error.describe() + error.seen.transport).find("canary-secret") == std::string::npos);
  }
}

TEST_F(ProxyLogin, AProxyThatNoProxyLeavesOutIsNotBlamed) {
  ::setenv("no_proxy", "localhost", 1);
  const auto direct = call_through("http://user:canary-secret@localhost:1");
  EXPECT_TRUE(direct) << direct.error().describe();
  ClientOptions options = sandbox().client_options();
  options.environment.token_url = "https://localhost:1/token";
  const auto away = call_through("http://user:canary-secret@localhost:1", options);
  ::unsetenv("no_proxy");
  ASSERT_FALSE(away);
  EXPECT_THAT(away, AllOf(BlamedOn(Factor::kNetwork), Not(Says("The proxy"))));
}

}  // namespace
}  // namespace easypost_connect
