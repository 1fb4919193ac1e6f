// SPDX-License-Identifier: Apache-2.0
// A private key that stays in a PKCS #11 token: SoftHSM, through OpenSSL's "pkcs11" engine. With a folder in
// OPENSSL_ENGINES that holds no engine, and with OpenSSL 4, the tests of the suite Pkcs11 go through its provider.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/opensslconf.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/certificate_facts.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "child_process.hpp"
#include "identity/private_key.hpp"
#include "result_matchers.hpp"
#include "sandbox/certificate_authority.hpp"
#include "scripted_token.hpp"
#include "temporary_folder.hpp"
#include "test_credentials.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kPin = "canary-secret-1234";
constexpr const char* kOpened = "opened";
constexpr const char* kUnopened = "unopened";
constexpr const char* kPulled = "pulled";
constexpr const char* kBusy = "busy";

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

/// Makes tokens with the same key in each, for the whole program. A PKCS #11 module is initialised once in a process,
/// and who has logged in to a token is not asked for its PIN again, so each kind of trouble has a token of its own.
class SoftTokens {
 public:
  SoftTokens() {
    const std::string configuration = folder_.write("softhsm2.conf", "directories.tokendir = " + folder_.path() + "\n");
    ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
    ::setenv("PKCS11_MODULE_PATH", EASYPOST_CONNECT_SCRIPTED_TOKEN, 1);
    const std::string key = folder_.write("client.p8", client_.private_key);
    for (const std::string token : {kOpened, kUnopened, kPulled, kBusy}) {
      run("--init-token --free --so-pin canary-secret-5678 --pin " + std::string(kPin) + " --label " + token);
      folders_[token] = newest_folder();
      run("--import " + key + " --label client-key --id 01 --pin " + kPin + " --token " + token);
    }
    std::filesystem::remove(key);
  }

  /// Takes away what a token that was pulled has no more; the object store looks at its folder each time.
  void pull(const std::string& token) const { std::filesystem::remove_all(folders_.at(token)); }

  [[nodiscard]] ClientCertificate identity(const std::string& token_and_object, std::string_view pin = kPin) const {
    return {TlsMaterial::in_memory(Secret(client_.certificate)),
            TlsMaterial::from_setting("pkcs11:type=private;token=" + token_and_object), Secret(pin)};
  }
  [[nodiscard]] const std::string& authority() const { return authority_.certificate(); }
  [[nodiscard]] sandbox::IssuedCertificate another() const { return authority_.issue(); }

 private:
  static void run(const std::string& arguments) {
    if (std::system(("softhsm2-util >/dev/null " + arguments).c_str()) != 0) {
      throw std::runtime_error("softhsm2-util failed: is softhsm2 installed?");
    }
  }

  /// SoftHSM names the folder of a token by chance.
  [[nodiscard]] std::filesystem::path newest_folder() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const auto is_it = [&](const auto& known) { return known.second == entry.path(); };
      if (entry.is_directory() && std::none_of(folders_.begin(), folders_.end(), is_it)) return entry.path();
    }
    throw std::runtime_error("softhsm2-util has made no token");
  }

  const test_support::TemporaryFolder folder_;
  std::map<std::string, std::filesystem::path> folders_;
  const sandbox::CertificateAuthority authority_;
  const sandbox::IssuedCertificate client_ = authority_.issue();
};

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

TEST_F(Pkcs11, TokenThatCannotSignIsBlamedAndServesAgainWhenItCan) {
  const ScriptedToken token;
  for (const auto& [answer, words] : kTroubles) {
    for (const auto& [name, make] : kAttempts) {
      SCOPED_TRACE(std::string(words) + ", " + name);
      auto client = create(tokens_->identity("opened;object=client-key"));
      ASSERT_THAT(client, IsOk());
      token.answer(ScriptedToken::kSignInit, answer);
      EXPECT_THAT(make(*client), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate),
                                       Says("private key did not sign"), Says("reload()")));
      if (by_engine()) {
        EXPECT_THAT(make(*client), Says(words));
        EXPECT_THAT(client->reload(), AllOf(kRefused, Says("cannot be used now"), Says(words)));
        EXPECT_EQ(client->credentials_status().generation, 1U);
      }
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
