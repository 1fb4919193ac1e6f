// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "identity/material.hpp"
#include "identity/private_key.hpp"
#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

const auto kRefused = AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate));

struct Pkcs12Settings {
  std::string passphrase{kPassphrase};
  OSSL_LIB_CTX* library = nullptr;
  int encryption = NID_aes_256_cbc;
};

/// `issued` and its authority as a PKCS #12 file.
Secret to_pkcs12(const sandbox::IssuedCertificate& issued, const Pkcs12Settings& settings = {}) {
  const auto chain = parse_certificates(Secret(issued.certificate), kCertificateField).value();
  const auto others = parse_certificates(Secret(authority().certificate()), kCertificateField).value();
  const auto key = parse_private_key(Secret(issued.private_key), {}, kPrivateKeyField).value();
  const ChainPtr stack(sk_X509_new_null());
  sk_X509_push(stack.get(), others.front().get());
  PKCS12* made = PKCS12_create_ex(settings.passphrase.c_str(), "client", key.get(), chain.front().get(), stack.get(),
                                  settings.encryption, settings.encryption, 0, 0, 0, settings.library, nullptr);
  const BioPtr bio = memory_bio();
  i2d_PKCS12_bio(bio.get(), made);
  PKCS12_free(made);
  return Secret(written_to(bio));
}

Result<CertificateAndKey> load(TlsMaterial certificate, std::string_view passphrase = {}) {
  return load_certificate_and_key({std::move(certificate), {}, Secret(passphrase)});
}

TEST(CertificateAndKey, TakesTheKeyFromTheFileOfTheCertificate) {
  EXPECT_THAT(load(pem(good_client().certificate + good_client().private_key)), IsOk());
  EXPECT_THAT(load(pem(good_client().private_key + good_client().certificate)), IsOk());
  EXPECT_THAT(load(pem(encrypted_client().certificate + encrypted_client().private_key), kPassphrase), IsOk());
}

TEST(CertificateAndKey, SaysThatTheKeyIsMissing) {
  EXPECT_THAT(load(pem(good_client().certificate)),
              AllOf(kRefused, Says("client_certificate.private_key"), Says("is not set")));
}

TEST(CertificateAndKey, ACertificateIsNotInAToken) {
  EXPECT_THAT(load(TlsMaterial::pkcs11("pkcs11:token=sdk;object=cert")), AllOf(kRefused, Says("PKCS #11")));
}

TEST(Pkcs12, BringsCertificateKeyAndChain) {
  const TemporaryFolder folder;
  const Secret content = to_pkcs12(good_client());
  for (const auto& material : {TlsMaterial::in_memory(content),
                               TlsMaterial::file(folder.write("client.p12", std::string(content.expose())))}) {
    const auto found = load(material, kPassphrase);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->certificates.size(), 2U);
    EXPECT_EQ(X509_check_private_key(found->certificates.front().get(), found->key.get()), 1);
  }
  EXPECT_THAT(TlsIdentity::load({TlsMaterial::in_memory(content), {}, Secret(kPassphrase)}, {},
                                std::chrono::system_clock::now()),
              IsOk());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Pkcs12, MayHaveAnEmptyPassphrase) {
  Pkcs12Settings settings;
  settings.passphrase.clear();
  EXPECT_THAT(load(TlsMaterial::in_memory(to_pkcs12(good_client(), settings))), IsOk());
}

TEST(Pkcs12, SaysWhatIsWrongWithThePassphrase) {
  const auto material = TlsMaterial::in_memory(to_pkcs12(good_client()));
  EXPECT_THAT(load(material),
              AllOf(kRefused, Says("no passphrase was given"), Says("EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE")));
  EXPECT_THAT(load(material, "canary-secret-wrong"), AllOf(kRefused, Says("wrong passphrase"), Not(Says("canary"))));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Pkcs12, ExcludesAKeyBesideIt) {
  const auto both = load_certificate_and_key(
      {TlsMaterial::in_memory(to_pkcs12(good_client())), pem(good_client().private_key), Secret(kPassphrase)});
  EXPECT_THAT(both, AllOf(kRefused, Says("excludes")));
}

TEST(Pkcs12, NamesTheRemedyForTheEncryptionOfOldExports) {
  OSSL_LIB_CTX* const library = OSSL_LIB_CTX_new();  // the program itself loads no legacy provider
  OSSL_PROVIDER* const legacy = OSSL_PROVIDER_load(library, "legacy");
  OSSL_PROVIDER* const standard = OSSL_PROVIDER_load(library, "default");
  ASSERT_NE(legacy, nullptr);
  Pkcs12Settings settings;
  settings.library = library;
  settings.encryption = NID_pbe_WithSHA1And40BitRC2_CBC;
  const auto material = TlsMaterial::in_memory(to_pkcs12(good_client(), settings));
  OSSL_PROVIDER_unload(legacy);
  OSSL_PROVIDER_unload(standard);
  OSSL_LIB_CTX_free(library);
  EXPECT_THAT(load(material, kPassphrase), AllOf(kRefused, Says("RC2"), Says("openssl pkcs12 -legacy")));
}

TEST(Pkcs12, SurvivesEveryTruncation) {
  const Secret whole = to_pkcs12(good_client());
  for (std::size_t size = 1; size < whole.size(); size += 13) {
    EXPECT_THAT(load(TlsMaterial::in_memory(Secret(whole.expose().substr(0, size))), kPassphrase), kRefused) << size;
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Pkcs11, RefusesAPinInTheUri) {
  const auto with = [](const std::string& attribute) {
    return load_certificate_and_key({pem(good_client().certificate),
                                     TlsMaterial::pkcs11("pkcs11:object=key;" + attribute + "=canary-secret-pin"),
                                     {}});
  };
  EXPECT_THAT(with("pin-value"), AllOf(kRefused, Says("pin-value"), Says("passphrase"), Not(Says("canary"))));
  EXPECT_THAT(with("pin-source"), AllOf(kRefused, Says("pin-source"), Not(Says("canary"))));
}

}  // namespace
}  // namespace easypost_connect::unit_test
