// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "rotation/check_options.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::Not;

/// Options that pass, with mutual TLS: check_options() opens no file.
ClientOptions good_options() {
  ClientOptions options = client_options(nullptr);
  options.credentials.client_certificate.certificate = TlsMaterial::file("/does/not/exist.pem");
  options.credentials.client_certificate.private_key = TlsMaterial::file("/does/not/exist.key");
  return options;
}

/// Makes both checks, as create() does.
Result<void> check(const ClientOptions& options) {
  auto checked = check_options(options);
  return checked ? check_credentials(options, options.credentials) : checked;
}

struct Mistake {
  const char* name;
  void (*make)(ClientOptions&);
  ErrorCode code;
  Factor factor;
  const char* option;
  const char* variable;
};

void expect_named(const Mistake& mistake) {
  SCOPED_TRACE(mistake.name);
  ClientOptions options = good_options();
  mistake.make(options);
  EXPECT_THAT(check(options), AllOf(IsError(mistake.code), BlamedOn(mistake.factor), Says(mistake.option),
                                    Says(mistake.variable), Not(Says("canary-secret")), Not(IsRetryable())));
}

TEST(CheckOptions, AcceptsGoodOptions) {
  EXPECT_THAT(check(good_options()), IsOk());
  EXPECT_THAT(check(client_options(std::make_shared<FakeTransport>())), IsOk());
}

TEST(CheckOptions, NamesTheMissingCredentialAndItsVariable) {
  constexpr Mistake kMistakes[] = {
      {"certificate", [](ClientOptions& o) { o.credentials.client_certificate.certificate = {}; },
       ErrorCode::kInvalidCredential, Factor::kClientCertificate, "client_certificate.certificate",
       "EASYPOST_CONNECT_CLIENT_CERT"},
      {"api key", [](ClientOptions& o) { o.credentials.api_key = Secret(); }, ErrorCode::kInvalidCredential,
       Factor::kApiKey, "api_key", "EASYPOST_CONNECT_API_KEY"},
      {"client id", [](ClientOptions& o) { o.credentials.oauth_client.id.clear(); }, ErrorCode::kInvalidCredential,
       Factor::kOAuthClient, "oauth_client.id", "EASYPOST_CONNECT_CLIENT_ID"},
      {"client secret", [](ClientOptions& o) { o.credentials.oauth_client.secret = Secret(""); },
       ErrorCode::kInvalidCredential, Factor::kOAuthClient, "oauth_client.secret", "EASYPOST_CONNECT_CLIENT_SECRET"},
      {"api url", [](ClientOptions& o) { o.environment.api_url.clear(); }, ErrorCode::kInvalidOption, Factor::kRequest,
       "environment.api_url", "EASYPOST_CONNECT_API_URL"},
      {"token url", [](ClientOptions& o) { o.environment.token_url.clear(); }, ErrorCode::kInvalidOption,
       Factor::kRequest, "environment.token_url", "EASYPOST_CONNECT_TOKEN_URL"},
  };
  for (const Mistake& mistake : kMistakes) expect_named(mistake);
}

TEST(CheckOptions, NamesTheMalformedUrlAndItsVariable) {
  constexpr Mistake kMistakes[] = {
      {"http api", [](ClientOptions& o) { o.environment.api_url = "http://api.example.test"; },
       ErrorCode::kInvalidOption, Factor::kRequest, "https://", "EASYPOST_CONNECT_API_URL"},
      {"http token", [](ClientOptions& o) { o.environment.token_url = "http://auth.example.test/"; },
       ErrorCode::kInvalidOption, Factor::kRequest, "https://", "EASYPOST_CONNECT_TOKEN_URL"},
      {"newline", [](ClientOptions& o) { o.environment.api_url += '\n'; }, ErrorCode::kInvalidOption, Factor::kRequest,
       "ends with a blank", "EASYPOST_CONNECT_API_URL"},
      {"user", [](ClientOptions& o) { o.environment.token_url = "https://u:canary-secret@auth.example.test/"; },
       ErrorCode::kInvalidOption, Factor::kRequest, "user name or password", "EASYPOST_CONNECT_TOKEN_URL"},
      {"query", [](ClientOptions& o) { o.environment.api_url += "/?a=b"; }, ErrorCode::kInvalidOption, Factor::kRequest,
       "holds a query", "EASYPOST_CONNECT_API_URL"},
  };
  for (const Mistake& mistake : kMistakes) expect_named(mistake);
}

TEST(CheckOptions, ATokenUrlMayHaveAQuery) {
  ClientOptions options = good_options();
  options.environment.token_url += "?tenant=1";
  EXPECT_THAT(check(options), IsOk());
}

/// Sets each of the three text credentials to the same text, and returns the outcome of check_options for each.
std::vector<Result<void>> with_each_text_credential(const std::string& text) {
  std::vector<Result<void>> results;
  ClientOptions options = good_options();
  options.credentials.api_key = Secret(text);
  results.push_back(check(options));
  options = good_options();
  options.credentials.oauth_client.id = text;
  results.push_back(check(options));
  options = good_options();
  options.credentials.oauth_client.secret = Secret(text);
  results.push_back(check(options));
  return results;
}

TEST(CheckOptions, RefusesWhatNoCredentialHolds) {
  const std::string nul("canary-secret\0x", 15);
  for (const std::string& text :
       {std::string("canary-secret\n"), std::string("canary-secret\r\nx-evil: 1"), std::string("\ncanary-secret"),
        std::string("canary-secret\t"), nul, std::string("\n"), std::string("canary-secret\x7f"),
        std::string(" canary-secret"), std::string("canary-secret "), std::string(" ")}) {
    for (const auto& checked : with_each_text_credential(text)) {
      EXPECT_THAT(checked, AllOf(IsError(ErrorCode::kInvalidCredential), Says("EASYPOST_CONNECT_"), Says("holds"),
                                 Not(Says("canary-secret"))));
    }
  }
}

TEST(CheckOptions, SaysThatALineBreakAtTheEndIsAllThatIsWrong) {  // `echo` writes it, and Kubernetes keeps it
  for (const auto& checked : with_each_text_credential("canary-secret\r\n")) {
    EXPECT_THAT(checked, AllOf(Says("holds a line break at its end."), Says("printf '%s'")));
  }
  for (const char* text : {"canary-\nsecret", "canary-secret \n"}) {
    EXPECT_THAT(with_each_text_credential(text).front(), Says("holds a blank, a line break or a character"));
  }
}

TEST(CheckOptions, RefusesATokenEndpointInPlaceOfTheApi) {  // it would be shown the API key
  ClientOptions options = good_options();
  options.environment.api_url = options.environment.token_url;
  EXPECT_THAT(check(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("is the token endpoint too")));
}

TEST(CheckOptions, RefusesCharactersOutsideAscii) {  // a no-break space that came with copy and paste
  for (const std::string text : {"canary-secret\xC2\xA0",
                                 "\xE2\x80\x8B"
                                 "canary-secret",
                                 "canary-secret\xFF"}) {
    for (const auto& checked : with_each_text_credential(text))
      EXPECT_THAT(checked, IsError(ErrorCode::kInvalidCredential));
  }
}

TEST(CheckOptions, AnOAuthSecretMayHoldABlankInside) {  // RFC 6749, appendix A.2: VSCHAR, which includes the blank
  ClientOptions options = good_options();
  options.credentials.oauth_client.secret = Secret("canary-secret/with+odd &chars=");
  EXPECT_THAT(check(options), IsOk());
}

TEST(CheckOptions, RefusesAControlCharacterInTheScope) {
  ClientOptions options = good_options();
  options.credentials.oauth_client.scope = "jobs:read jobs:write";
  EXPECT_THAT(check(options), IsOk());
  options.credentials.oauth_client.scope = "jobs:read\njobs:write";
  EXPECT_THAT(check(options), AllOf(IsError(ErrorCode::kInvalidCredential), Says("oauth_client.scope")));
}

TEST(CheckOptions, ATransportExcludesTheCertificateAndTheAuthority) {
  const std::function<void(ClientOptions&)> contradictions[] = {
      [](ClientOptions& o) { o.credentials.client_certificate.certificate = TlsMaterial::file("client.pem"); },
      [](ClientOptions& o) { o.credentials.client_certificate.private_key = TlsMaterial::file("client.key"); },
      [](ClientOptions& o) { o.server_ca = TlsMaterial::file("ca.pem"); },
  };
  for (const auto& contradict : contradictions) {
    ClientOptions options = client_options(std::make_shared<FakeTransport>());
    contradict(options);
    EXPECT_THAT(check(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("transport excludes")));
  }
}

TEST(CheckOptions, ChecksTheLimits) {
  const std::function<void(ClientOptions&)> mistakes[] = {
      [](ClientOptions& o) { o.timeouts.connect = 0ms; },
      [](ClientOptions& o) { o.timeouts.connect = -1ms; },
      [](ClientOptions& o) { o.timeouts.connect = 24h + 1ms; },
      [](ClientOptions& o) { o.timeouts.request = 0ms; },
      [](ClientOptions& o) { o.timeouts.request = std::chrono::milliseconds::min(); },
      [](ClientOptions& o) { o.timeouts.request = std::chrono::milliseconds::max(); },
      [](ClientOptions& o) { o.timeouts.attempt = 0ms; },
      [](ClientOptions& o) { o.timeouts.attempt = -1ms; },
      [](ClientOptions& o) { o.timeouts.attempt = 24h + 1ms; },
      [](ClientOptions& o) { o.timeouts.attempt = std::chrono::milliseconds::max(); },
      [](ClientOptions& o) { o.max_response_bytes = 0; },
      [](ClientOptions& o) { o.connections.max_idle = std::numeric_limits<std::size_t>::max(); },
      [](ClientOptions& o) { o.connections.idle_timeout = 0s; },
      [](ClientOptions& o) { o.connections.idle_timeout = 25h; },
      [](ClientOptions& o) { o.connections.lifetime = -1s; },
      [](ClientOptions& o) { o.connections.lifetime = 25h; },
      [](ClientOptions& o) { o.connections.keep_alive = -1s; },
      [](ClientOptions& o) { o.connections.keep_alive = std::chrono::seconds::max(); },
      [](ClientOptions& o) { o.async.max_in_flight = 0; },
      [](ClientOptions& o) { o.async.max_in_flight = 1'000'001; },
      [](ClientOptions& o) { o.async.max_pending = 0; },
      [](ClientOptions& o) { o.async.max_pending = 1'000'001; },
      [](ClientOptions& o) { o.retry.max_attempts = 0; },
      [](ClientOptions& o) { o.retry.max_attempts = 101; },
      [](ClientOptions& o) { o.retry.first_pause = -1ms; },
      [](ClientOptions& o) { o.retry.first_pause = o.retry.longest_pause + 1ms; },
      [](ClientOptions& o) { o.retry.longest_pause = 25h; },
      [](ClientOptions& o) { o.retry.budget = -1; },
      [](ClientOptions& o) { o.retry.budget = 1'000'001; },
  };
  for (const auto& make : mistakes) {
    ClientOptions options = good_options();
    make(options);
    EXPECT_THAT(check(options), AllOf(IsError(ErrorCode::kInvalidOption), BlamedOn(Factor::kRequest)));
  }
}

TEST(CheckOptions, AllowsTheLimitsThemselves) {
  ClientOptions options = good_options();
  options.timeouts = {24h, 24h, 24h};
  options.max_response_bytes = 1;
  options.connections = {0, 1s, 0s, 0s};
  options.async = {1, 1, WhenFull::kFail};
  options.retry = {1, 0ms, 0ms, 0};
  EXPECT_THAT(check(options), IsOk());
}

TEST(CheckOptions, ACredentialSourceExcludesCredentials) {
  ClientOptions options = good_options();
  options.credential_source = [] { return Credentials(); };
  EXPECT_THAT(check_options(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("credential_source")));
  options.credentials = {};
  EXPECT_THAT(check_options(options), IsOk());
}

TEST(CheckOptions, NamesAReloadOptionThatMakesNoSense) {
  ClientOptions options = good_options();
  options.reload.probe_path = "jobs";
  EXPECT_THAT(check_options(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("reload.probe_path")));
  options = good_options();
  options.reload.watch_interval = std::chrono::seconds(-1);
  EXPECT_THAT(check_options(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("reload.watch_interval")));
  options.reload.watch_interval = std::chrono::hours(25);
  EXPECT_THAT(check_options(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("reload.watch_interval")));
}

TEST(CheckOptions, RefusesThresholdsThatNoCertificateReaches) {
  ClientOptions options = good_options();
  options.reload.expiry_thresholds = {std::chrono::hours(24 * 365 * 100), 0h};
  EXPECT_THAT(check_options(options), IsOk());
  for (const auto absurd : {std::chrono::hours::max(), std::chrono::hours(24 * 366 * 300), std::chrono::hours(-1)}) {
    options.reload.expiry_thresholds = {24h, absurd};
    EXPECT_THAT(check_options(options), AllOf(IsError(ErrorCode::kInvalidOption), Says("reload.expiry_thresholds")));
  }
}

}  // namespace
}  // namespace easypost_connect::unit_test
