// SPDX-License-Identifier: Apache-2.0
// Certificates and bundles as people have them: what create() takes, what it warns of, what it sends, what it refuses.
#include <functional>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "corpus/certificate_maker.hpp"
#include "identity/distinguished_name.hpp"
#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::HasSubstr;
using ::testing::ValuesIn;

struct Row {
  const char* name;
  std::function<ClientCertificate()> given;
  const char* sent;  ///< names of the certificates that a server gets; null: refused
  const char* gist;  ///< of the Error or of a warning; empty: there is no warning
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

ClientCertificate bundle(const std::string& pem, const std::string& key_name) {
  return {TlsMaterial::in_memory(Secret(pem)), TlsMaterial::in_memory(Secret(key_pem(key_name))), {}};
}

const Certificate& root() {
  static const Certificate made = make(authority("root", "RSA-2048:root"));
  return made;
}

/// A certificate of the root, with a key of that kind.
ClientCertificate with_key(const std::string& key_name) {
  Recipe recipe;
  recipe.key = key_name;
  return bundle(make(recipe, &root()).pem(), key_name);
}

/// A good one below an authority of this recipe, and that authority's, which the root has issued.
ClientCertificate below(const Recipe& above) {
  const Certificate issuer = make(above, &root());
  return bundle(make({}, &issuer).pem() + issuer.pem(), "P-256:client");
}

Recipe signed_with(Recipe recipe, const std::string& digest) {
  recipe.digest = digest;
  return recipe;
}

ClientCertificate self_signed(Recipe recipe) {
  const std::string key_name = recipe.key;
  return bundle(make(recipe).pem(), key_name);
}

ClientCertificate of_root(const Recipe& recipe) { return bundle(make(recipe, &root()).pem(), recipe.key); }

constexpr const char* kNoScheme = "TLS 1.3 has no signature scheme";

const std::vector<Row> kKeys = {
    {"Rsa2048", [] { return with_key("RSA-2048"); }, "client", ""},
    {"Rsa1024", [] { return with_key("RSA-1024"); }, nullptr, "RSA, 1024 bits) that is too weak"},
    {"RsaPss", [] { return with_key("RSA-PSS"); }, "client", ""},
    {"RsaPssForSha256", [] { return with_key("RSA-PSS SHA256"); }, "client", ""},
    {"RsaPssForSha512", [] { return with_key("RSA-PSS SHA512"); }, "client", ""},
    {"RsaPssForSha1", [] { return with_key("RSA-PSS SHA1"); }, nullptr, kNoScheme},
    {"P256", [] { return with_key("P-256"); }, "client", ""},
    {"P384", [] { return with_key("P-384"); }, "client", ""},
    {"P521", [] { return with_key("P-521"); }, "client", ""},
    {"Ed25519", [] { return with_key("ED25519"); }, "client", ""},
    {"Ed448", [] { return with_key("ED448"); }, "client", ""},
    {"BrainpoolP256", [] { return with_key("brainpoolP256r1"); }, nullptr, kNoScheme},
    {"BrainpoolP384", [] { return with_key("brainpoolP384r1"); }, nullptr, kNoScheme},
    {"BrainpoolP512", [] { return with_key("brainpoolP512r1"); }, nullptr, "curve brainpoolP512r1"},
    {"BrainpoolTwisted", [] { return with_key("brainpoolP256t1"); }, nullptr, kNoScheme},
    {"Secp256k1", [] { return with_key("secp256k1"); }, nullptr, "curve secp256k1"},
    {"P224", [] { return with_key("P-224"); }, nullptr, kNoScheme},
    {"P192", [] { return with_key("P-192"); }, nullptr, "too weak for the security level"},
    {"Sm2", [] { return with_key("SM2"); }, nullptr, "SM2"},
    {"Dsa", [] { return with_key("DSA"); }, nullptr, "DSA, 1024 bits) that is too weak"},
    {"X25519", [] { return with_key("X25519"); }, nullptr, "a type that TLS cannot use"},
};

const std::vector<Row> kSignatures = {
    {"LeafSha1", [] { return of_root(signed_with({}, "SHA1")); }, nullptr,
     "own certificate \"CN=client\" is signed with SHA1"},
    {"LeafMd5", [] { return of_root(signed_with({}, "MD5")); }, nullptr, "signed with MD5, which is too weak"},
    {"LeafSha224", [] { return of_root(signed_with({}, "SHA224")); }, "client", ""},
    {"LeafSha512", [] { return of_root(signed_with({}, "SHA512")); }, "client", ""},
    {"SelfSignedSha1", [] { return self_signed(signed_with({}, "SHA1")); }, "client", ""},
    {"AboveSha1", [] { return below(signed_with(authority("inter"), "SHA1")); }, nullptr,
     "above it, \"CN=inter\", is signed with SHA1"},
    {"AboveMd5", [] { return below(signed_with(authority("inter"), "MD5")); }, nullptr,
     "leave it out, if the server has it"},
    {"AboveRsa1024", [] { return below(authority("inter", "RSA-1024:inter")); }, nullptr,
     "\"CN=inter\", has a key (RSA, 1024 bits)"},
    {"AboveBrainpool", [] { return below(authority("inter", "brainpoolP256r1:inter")); }, "client, inter", ""},
};

std::string name_of(const X509* certificate) { return to_text(X509_get_subject_name(certificate)).substr(3); }

/// What a connection of this identity shows, first one first.
std::string shown(const TlsIdentity& identity) {
  const std::unique_ptr<SSL_CTX, OpenSslFree<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
  const std::unique_ptr<SSL, OpenSslFree<SSL_free>> connection(SSL_new(context.get()));
  if (!identity.present(connection.get())) return "nothing";
  std::string names = name_of(SSL_get_certificate(connection.get()));
  STACK_OF(X509)* above = nullptr;
  SSL_get0_chain_certs(connection.get(), &above);
  for (int i = 0; i < sk_X509_num(above); ++i) names += ", " + name_of(sk_X509_value(above, i));
  return names;
}

class CredentialChain : public ::testing::TestWithParam<Row> {};

TEST_P(CredentialChain, IsJudgedBeforeAnythingIsSent) {
  const Row& row = GetParam();
  const auto identity = TlsIdentity::load(row.given(), {}, std::chrono::system_clock::now());
  EXPECT_EQ(ERR_peek_error(), 0U);
  if (row.sent == nullptr) {
    EXPECT_THAT(identity, IsError(ErrorCode::kInvalidCredential));
    EXPECT_THAT(identity, BlamedOn(Factor::kClientCertificate));
    EXPECT_THAT(identity, Says(row.gist));
    return;
  }
  ASSERT_THAT(identity, IsOk());
  EXPECT_EQ(shown(**identity), row.sent);
  std::string warnings;
  for (const auto& warning : (*identity)->warnings()) warnings += warning.message + ' ' + warning.remedy + '\n';
  EXPECT_EQ(warnings.empty(), std::string(row.gist).empty()) << warnings;
  EXPECT_THAT(warnings, HasSubstr(row.gist));
}

std::string name_of_row(const ::testing::TestParamInfo<Row>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Keys, CredentialChain, ValuesIn(kKeys), name_of_row);
INSTANTIATE_TEST_SUITE_P(Signatures, CredentialChain, ValuesIn(kSignatures), name_of_row);

}  // namespace
}  // namespace easypost_connect::corpus
