// SPDX-License-Identifier: Apache-2.0
// Certificates that are good, on machines whose openssl.cnf is stricter than OpenSSL itself.
#include <memory>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/conf.h>
#include <openssl/evp.h>

#include <easypost_connect/certificate_facts.hpp>

#include "corpus/certificate_maker.hpp"
#include "corpus/credential_row.hpp"
#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::ValuesIn;

/// Gives this process an openssl.cnf that has these lines for TLS.
void set_policy(const std::string& lines) {
  const std::string text = "openssl_conf=a\n[a]\nssl_conf=b\n[b]\nsystem_default=c\n[c]\n" + lines + "\n";
  const BioPtr bio = reader_of(text);
  const std::unique_ptr<CONF, OpenSslFree<NCONF_free>> configuration(NCONF_new(nullptr));
  CONF_modules_finish();  // OpenSSL 4 keeps the first policy until then
  if (NCONF_load_bio(configuration.get(), bio.get(), nullptr) != 1 ||
      CONF_modules_load(configuration.get(), "openssl_conf", 0) != 1) {
    throw std::runtime_error("cannot set the policy " + lines);
  }
}

struct Policy {
  const char* name;
  const char* lines;
  const char* key;
  const char* sent;  ///< null: refused
  const char* gist;
  const char* digest = "SHA256";
};

constexpr Policy kPolicies[] = {
    {"None", "Options = NoRenegotiation", "RSA-2048", "client", ""},
    {"Level3Rsa2048", "CipherString = DEFAULT:@SECLEVEL=3", "RSA-2048", nullptr, "P-384 or RSA with 3072 bits"},
    {"Level3P256", "CipherString = DEFAULT:@SECLEVEL=3", "P-256", "client", ""},
    {"Level4P256", "CipherString = DEFAULT:@SECLEVEL=4", "P-256", nullptr, "P-384 or RSA with 7680 bits"},
    {"Level4Sha256", "CipherString = DEFAULT:@SECLEVEL=4", "P-384", corpus::kRefusesWeakSignatures ? nullptr : "client",
     corpus::kRefusesWeakSignatures ? "signed with SHA-384 or better" : ""},
    {"Level4", "CipherString = DEFAULT:@SECLEVEL=4", "P-384", "client", "", "SHA384"},
    {"WithoutPss", "SignatureAlgorithms = RSA+SHA256:ECDSA+SHA256", "RSA-2048", nullptr,
     "this machine's OpenSSL configuration"},
    {"WithoutPssEc", "SignatureAlgorithms = RSA+SHA256:ECDSA+SHA256", "P-256", "client", ""},
    {"WithoutPssOfClients", "ClientSignatureAlgorithms = RSA+SHA256:ECDSA+SHA256", "RSA-2048", nullptr,
     "this machine's OpenSSL configuration"},
    {"WithoutP384OfClients", "ClientSignatureAlgorithms = ECDSA+SHA256", "P-384", nullptr, "ecdsa_secp384r1_sha384"},
    {"WithoutEcdsa", "SignatureAlgorithms = rsa_pss_rsae_sha256", "P-256", nullptr, "remove the setting"},
    {"WithoutPssAndForNone", "SignatureAlgorithms = ECDSA+SHA256", "brainpoolP256r1", nullptr,
     "TLS 1.3 has no signature scheme"},
};

void PrintTo(const Policy& policy, std::ostream* out) { *out << policy.name; }

class OpenSslPolicy : public ::testing::TestWithParam<Policy> {
 protected:
  OpenSslPolicy() { set_policy(GetParam().lines); }
  ~OpenSslPolicy() override { set_policy("Options = NoRenegotiation"); }
};

TEST_P(OpenSslPolicy, IsNamedWhereItRefuses) {
  const Policy& policy = GetParam();
  Recipe recipe;
  recipe.key = policy.key;
  recipe.digest = policy.digest;
  const Certificate root = make(changed(authority("root", "P-521:root"), [](Recipe& r) { r.digest = "SHA512"; }));
  const std::string pem = make(recipe, &root).pem();
  expect_judgement({policy.name, [&] { return bundle(pem, policy.key); }, policy.sent, policy.gist});
}

INSTANTIATE_TEST_SUITE_P(Policies, OpenSslPolicy, ValuesIn(kPolicies), ::testing::PrintToStringParamName());

TEST(OpenSslWithoutAlgorithms, IsNamedInsteadOfTheKey) {
  const ClientCertificate given = bundle(make(Recipe{}).pem(), Recipe{}.key);
  ASSERT_EQ(EVP_set_default_properties(nullptr, "fips=yes"), 1);  // an openssl.cnf can do the same
  const auto identity = TlsIdentity::load(given, {}, std::chrono::system_clock::now());
  const auto facts = certificate_facts(given);
  ASSERT_EQ(EVP_set_default_properties(nullptr, ""), 1);
  EXPECT_THAT(identity, AllOf(IsError(ErrorCode::kInvalidOption), Says("OPENSSL_CONF"), Says("provider")));
  EXPECT_THAT(facts, IsError(ErrorCode::kInvalidOption));
}

}  // namespace
}  // namespace easypost_connect::corpus
