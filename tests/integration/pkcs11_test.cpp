// SPDX-License-Identifier: Apache-2.0
// A private key that stays in a PKCS #11 token: SoftHSM, through OpenSSL's "pkcs11" engine. With a folder in
// OPENSSL_ENGINES that holds no engine, and with OpenSSL 4, the tests of the suite Pkcs11 go through its provider.
#include <array>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/opensslconf.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/certificate_facts.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "child_process.hpp"
#include "core/openssl_handles.hpp"
#include "identity/private_key.hpp"
#include "result_matchers.hpp"
#include "scripted_token.hpp"
#include "soft_tokens.hpp"
#include "test_credentials.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::Not;

/// The engine tells why a token gives no key out; the provider does not.
bool by_engine() {
#ifdef OPENSSL_NO_ENGINE
  return false;
#else
  return std::getenv("OPENSSL_ENGINES") == nullptr;
#endif
}

TEST(Pkcs11WithoutEngineAndProvider, IsAnErrorThatSaysWhatToInstall) {
  const int result = run_in_child([] {
    ::setenv("OPENSSL_ENGINES", "/nonexistent", 1);
    ::setenv("OPENSSL_MODULES", "/nonexistent", 1);
    const auto key = internal::load_pkcs11_key("pkcs11:token=any", Secret("1234"));
    EXPECT_THAT(key, AllOf(IsError(ErrorCode::kInvalidCredential), Says("neither"), Says("pkcs11-provider"),
                           Says("libengine-pkcs11-openssl")));
    return ::testing::Test::HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(result, 0);
}

class Pkcs11 : public ::testing::Test {
 protected:
  Pkcs11() {
    SandboxOptions options;
    options.client_ca = tokens_->authority();
    sandbox_.emplace(Sandbox::start(std::move(options)).value());
  }
  static void SetUpTestSuite() { tokens_ = std::make_unique<SoftTokens>(); }
  static void TearDownTestSuite() { tokens_.reset(); }

  [[nodiscard]] Result<ConnectClient> create(ClientCertificate certificate) const {
    ClientOptions options = sandbox_->client_options();
    options.credentials.client_certificate = std::move(certificate);
    return ConnectClient::create(std::move(options));
  }

  /// Returns what create() says; the engine likes to write to stderr, the whole URI too.
  Result<ConnectClient> refuse(ClientCertificate certificate) {
    ::testing::internal::CaptureStderr();
    auto client = create(std::move(certificate));
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), IsEmpty());
    EXPECT_EQ(sandbox_->counters().api_handshakes, 0U);
    return client;
  }

  inline static std::unique_ptr<SoftTokens> tokens_;
  std::optional<Sandbox> sandbox_;
};

const auto kRefused = AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate),
                            Says("EASYPOST_CONNECT_CLIENT_KEY"), Not(Says("canary-secret")));

// This test is the first, because the engine keeps a PIN that fitted for as long as the process lives.
TEST_F(Pkcs11, MissingPinIsAnErrorAndNoQuestion) {
  EXPECT_THAT(refuse(tokens_->identity("unopened;object=client-key", "")),
              AllOf(kRefused, Says("none was given"), Says("passphrase")));
}

TEST_F(Pkcs11, KeyInATokenProvesTheClient) {
  auto client = create(tokens_->identity("opened;object=client-key"));
  ASSERT_THAT(client, IsOk());
  EXPECT_THAT(client->get("/jobs"), IsOk());
  EXPECT_EQ(sandbox_->counters().api_handshakes, 1U);
}

TEST_F(Pkcs11, KeyInATokenServesManyThreads) {
  auto client = create(tokens_->identity("opened;object=client-key"));
  ASSERT_THAT(client, IsOk());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        EXPECT_THAT(client->get("/jobs"), IsOk());
        sandbox_->close_connections();  // the key is needed again then
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(sandbox_->counters().api_handshakes, 8U);
}

TEST_F(Pkcs11, FactsOfAKeyInAToken) {
  const auto facts = private_key_facts(tokens_->identity("opened;object=client-key"));
  ASSERT_THAT(facts, IsOk());
  EXPECT_TRUE(facts->in_token);
  EXPECT_FALSE(facts->encrypted);
  EXPECT_EQ(facts->certificate, 0U);
  EXPECT_EQ(facts->type, "RSA");
  EXPECT_EQ(facts->bits, 2048);
}

TEST_F(Pkcs11, WrongPinIsNamed) {
  EXPECT_THAT(refuse(tokens_->identity("unopened;object=client-key", "0000")),
              AllOf(kRefused, Says(by_engine() ? "refused the PIN" : "the PIN is wrong, expired or locked")));
}

TEST_F(Pkcs11, MissingObjectIsNamed) {
  EXPECT_THAT(refuse(tokens_->identity("opened;object=no-such-key")), AllOf(kRefused, Says("names no private key")));
}

TEST_F(Pkcs11, KeyOfAnotherCertificateIsNamed) {
  ClientCertificate mixed = tokens_->identity("opened;object=client-key");
  mixed.certificate = TlsMaterial::in_memory(Secret(tokens_->another().certificate));
  EXPECT_THAT(refuse(mixed), AllOf(kRefused, Says("does not belong to the certificate")));
}

/// A call that has to prove the key, in either engine.
struct Attempt {
  const char* name;
  Result<Response> (*make)(ConnectClient&);
};

constexpr Attempt kAttempts[] = {
    {"blocking", [](ConnectClient& client) { return client.get("/jobs"); }},
    {"asynchronous",
     [](ConnectClient& client) {
       return send_future(client, Request{Method::kGet, "/jobs", {}, {}}).get();
     }},
};

struct Trouble {
  ScriptedToken::Answer answer;  ///< PKCS #11 2.40, section 6.1
  const char* words;
};

constexpr Trouble kTroubles[] = {
    {0x30, "Device error"},           {0x32, "Device removed"},           {0x82, "Object handle invalid"},
    {0xb3, "Session handle invalid"}, {0xe0, "No PKCS#11 token present"}, {0x101, "User not logged in"},
};

/// Tells whether OpenSSL learns from a token that does not sign why that is: the engine of libp11 0.4.21 and the
/// provider keep that to themselves. `key` is in such a token, which would say `words`.
bool tells_why(EVP_PKEY* key, std::string_view words) {
  const internal::DigestContextPtr context(EVP_MD_CTX_new());
  constexpr unsigned char kText[] = "text";
  std::array<unsigned char, 256> signature{};
  std::size_t size = signature.size();
  ERR_clear_error();
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  EXPECT_NE(EVP_DigestSign(context.get(), signature.data(), &size, kText, sizeof kText), 1);
  bool told = false;
  while (const unsigned long error = ERR_get_error()) {
    const char* const reason = ERR_reason_error_string(error);
    told = told || (reason != nullptr && reason == words);
  }
  return told;
}

TEST_F(Pkcs11, TokenThatCannotSignIsBlamedAndServesAgainWhenItCan) {
  const ScriptedToken token;
  const ClientCertificate identity = tokens_->identity("opened;object=client-key");
  const auto key = internal::load_pkcs11_key(identity.private_key.uri(), identity.passphrase);
  token.answer(ScriptedToken::kSignInit, kTroubles[0].answer);
  const bool told = tells_why(key->get(), kTroubles[0].words);
  token.answer(ScriptedToken::kSignInit, ScriptedToken::kAsItIs);
  for (const auto& [answer, words] : kTroubles) {
    for (const auto& [name, make] : kAttempts) {
      SCOPED_TRACE(std::string(words) + ", " + name);
      auto client = create(identity);
      ASSERT_THAT(client, IsOk());
      token.answer(ScriptedToken::kSignInit, answer);
      const char* const why = told ? words : "no reason given";
      EXPECT_THAT(make(*client),
                  AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate),
                        Says("private key did not sign"), Says(by_engine() ? why : "provider"), Says("reload()")));
      EXPECT_THAT(client->reload(), AllOf(kRefused, Says("cannot be used now"), Says(why)));
      EXPECT_EQ(client->credentials_status().generation, 1U);
      token.answer(ScriptedToken::kSignInit, ScriptedToken::kAsItIs);
      EXPECT_THAT(make(*client), IsOk());
      EXPECT_THAT(client->reload(), IsOk());
      EXPECT_THAT(make(*client), IsOk());
    }
  }
}

// Not with the provider: SoftHSM lets its sessions go on without their token.
TEST_F(Pkcs11, TokenThatIsPulledIsToldOf) {
  auto client = create(tokens_->identity("pulled;object=client-key"));
  ASSERT_THAT(client, IsOk());
  tokens_->pull(kPulled);
  for (const auto& [name, make] : kAttempts) {
    SCOPED_TRACE(name);
    EXPECT_THAT(make(*client), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate),
                                     Says("private key did not sign")));
  }
  EXPECT_THAT(client->reload(), AllOf(kRefused, Says("cannot be used now"), Says("start the process again")));
  EXPECT_THAT(create(tokens_->identity("pulled;object=client-key")), AllOf(kRefused, Says("cannot be used now")));
  auto other = create(tokens_->identity("opened;object=client-key"));
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT(other->get("/jobs"), IsOk());
}

TEST_F(Pkcs11, TokenThatLetsNobodyInIsToldOfUntilItDoes) {
  const ScriptedToken token;
  const ClientCertificate identity = tokens_->identity("busy;object=client-key");
  constexpr Trouble kAtLogin[] = {{0x30, "cannot be used now (Device error)"},
                                  {0xa0, "refused the PIN"},
                                  {0xa3, "whose PIN has expired"},
                                  {0xa4, "has locked its PIN"}};
  for (const auto& [answer, words] : kAtLogin) {
    token.answer(ScriptedToken::kLogin, answer);
    EXPECT_THAT(refuse(identity), AllOf(kRefused, Says(by_engine() ? words : "the PIN is wrong, expired or locked")));
  }
  const auto load = [&] {
    return internal::load_pkcs11_key(identity.private_key.uri(), identity.passphrase, std::chrono::milliseconds(50));
  };
  token.answer(ScriptedToken::kLogin, ScriptedToken::kNone);
  EXPECT_THAT(load(), AllOf(kRefused, Says("nothing has come within 50 ms")));
  EXPECT_THAT(load(), AllOf(kRefused, Says("an earlier attempt has not come back")));
  token.answer(ScriptedToken::kLogin, ScriptedToken::kAsItIs);
  while (!load()) std::this_thread::yield();  // the earlier attempt has to come back first
  EXPECT_THAT(create(identity), IsOk());
}

}  // namespace
}  // namespace easypost_connect
