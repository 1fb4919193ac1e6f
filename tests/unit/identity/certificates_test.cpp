// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"
#include "identity/private_key.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ui.h>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

Result<std::vector<CertificatePtr>> certificates(const TlsMaterial& source) {
  return load_certificates(source, kCertificateField);
}
Result<KeyPtr> key(const TlsMaterial& source, std::string_view passphrase = {}) {
  return load_private_key(source, Secret(passphrase), kPrivateKeyField);
}

const auto kNamesTheCertificate = AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate),
                                        Says("client_certificate.certificate"), Says("EASYPOST_CONNECT_CLIENT_CERT"));
const auto kNamesTheKey = AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate),
                                Says("client_certificate.private_key"), Says("EASYPOST_CONNECT_CLIENT_KEY"));

/// Stands in for the terminal: counts how often OpenSSL asks there, and never answers.
class WatchedTerminal {
 public:
  WatchedTerminal() : method_(UI_create_method("watched terminal")), before_(UI_get_default_method()) {
    times_asked = 0;
    UI_method_set_opener(method_, [](UI*) {
      ++times_asked;
      return 0;  // "cannot open"
    });
    UI_set_default_method(method_);
  }
  ~WatchedTerminal() {
    UI_set_default_method(before_);
    UI_destroy_method(method_);
  }
  WatchedTerminal(const WatchedTerminal&) = delete;
  WatchedTerminal& operator=(const WatchedTerminal&) = delete;

  static inline int times_asked = 0;

 private:
  UI_METHOD* method_;
  const UI_METHOD* before_;
};

TEST(LoadCertificates, ReadsOneFromText) {
  const auto loaded = certificates(pem(good_client().certificate));
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->size(), 1U);
}

TEST(LoadCertificates, ReadsAChainInOrder) {
  const auto loaded = certificates(pem(good_client().certificate + authority().certificate()));
  ASSERT_THAT(loaded, IsOk());
  ASSERT_EQ(loaded->size(), 2U);
  EXPECT_EQ(X509_check_issued((*loaded)[1].get(), (*loaded)[0].get()), X509_V_OK);
}

TEST(LoadCertificates, SkipsWhatIsAroundThem) {
  const std::string text = "Bag Attributes\n  friendlyName: partner\n" + good_client().private_key +
                           good_client().certificate + "\r\nand a comment\n" + authority().certificate() + "\n\n";
  const auto loaded = certificates(pem(text));
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->size(), 2U);
}

TEST(LoadCertificates, WarnsOfWhatItDoesNotUse) {
  std::vector<CredentialWarning> warnings;
  const std::string list = authority().revocation_list({other_client()});
  const auto loaded =
      load_certificates(pem(authority().certificate() + list + good_client().private_key), kServerCaField, &warnings);
  ASSERT_THAT(loaded, IsOk());
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].message,
            "server_ca holds a certificate revocation list (block 2, X509 CRL), which is not used.");
  EXPECT_EQ(warnings[1].message, "server_ca holds a private key (block 3, PRIVATE KEY), which is not used.");
}

TEST(LoadCertificates, AcceptsWindowsLineEnds) {
  std::string text;
  for (const char c : good_client().certificate) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_THAT(certificates(pem(text)), IsOk());
}

TEST(LoadCertificates, ReadsAFile) {
  const TemporaryFolder folder;
  EXPECT_THAT(certificates(TlsMaterial::file(folder.write("client.pem", good_client().certificate))), IsOk());
}

TEST(LoadCertificates, ReadsALargeFile) {
  const TemporaryFolder folder;
  for (const std::size_t size : {16'384U, 65'536U, 200'000U}) {
    const std::string text = std::string(size - 100, '#') + "\n" + good_client().certificate;
    EXPECT_THAT(certificates(TlsMaterial::file(folder.write("large.pem", text))), IsOk()) << size;
  }
}

TEST(LoadCertificates, RefusesAFileThatIsTooLargeInsteadOfCuttingIt) {
  const TemporaryFolder folder;
  const std::string large =
      std::string(std::size_t{16} * 1024 * 1024 - good_client().certificate.size() - 1, '#') + "\n";
  EXPECT_THAT(certificates(TlsMaterial::file(folder.write("large.pem", large + good_client().certificate))), IsOk());
  EXPECT_THAT(certificates(TlsMaterial::file(folder.write("huge.pem", large + "##" + good_client().certificate))),
              AllOf(kNamesTheCertificate, Says("more than 16 MiB"), Says("huge.pem")));
}

TEST(LoadCertificates, RefusesWhatHoldsNone) {
  for (const std::string& text : {std::string("garbage"), std::string("\0\1\2\3", 4), good_client().private_key}) {
    EXPECT_THAT(certificates(pem(text)), AllOf(kNamesTheCertificate, Says("BEGIN CERTIFICATE")));
  }
}

TEST(LoadCertificates, RefusesADamagedOne) {
  const std::string good = good_client().certificate;
  std::string changed = good;
  changed[changed.size() / 2] = '!';
  const std::string shortened = good.substr(0, good.size() / 2);
  const std::string hollow = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  for (const std::string& text : {changed, shortened, hollow, good + changed, good + shortened, good + hollow}) {
    EXPECT_THAT(certificates(pem(text)), AllOf(kNamesTheCertificate, Says("damaged")));
  }
}

TEST(LoadCertificates, SurvivesEveryTruncation) {
  const std::string good = good_client().certificate;
  for (std::size_t size = 1; size + 2 < good.size(); size += 7) {
    EXPECT_THAT(certificates(pem(good.substr(0, size))), kNamesTheCertificate) << size;
  }
}

TEST(LoadCertificates, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THAT(certificates(TlsMaterial::file(folder.path("missing.pem"))),
              AllOf(kNamesTheCertificate, Says("No such file")));
  EXPECT_THAT(certificates(TlsMaterial::file(folder.path())), kNamesTheCertificate);  // a directory
  EXPECT_THAT(certificates(TlsMaterial::file(folder.write("empty.pem", ""))), kNamesTheCertificate);
  EXPECT_THAT(certificates(TlsMaterial::file("/dev/zero")), kNamesTheCertificate);  // has no end
}

TEST(LoadCertificates, AsksNobodyForAPassphrase) {  // PEM can encrypt anything
  const std::string encrypted =
      "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
      "MDEyMzQ1Njc4OWFiY2RlZg==\n-----END CERTIFICATE-----\n";
  const WatchedTerminal terminal;
  EXPECT_THAT(certificates(pem(encrypted)), kNamesTheCertificate);
  EXPECT_EQ(WatchedTerminal::times_asked, 0);
}

TEST(LoadCertificates, NamesTheFieldItWasFor) {
  EXPECT_THAT(load_certificates(pem("garbage"), kServerCaField),
              AllOf(BlamedOn(Factor::kServerCertificate), Says("server_ca"), Says("EASYPOST_CONNECT_CA_FILE")));
}

TEST(LoadCertificates, LeavesNothingInTheErrorQueue) {
  static_cast<void>(certificates(pem(good_client().certificate)));
  static_cast<void>(certificates(pem("garbage")));
  static_cast<void>(key(pem("garbage")));
  static_cast<void>(key(pem(encrypted_client().private_key)));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(LoadPrivateKey, ReadsAPlainOne) {
  EXPECT_THAT(key(pem(good_client().private_key)), IsOk());
  EXPECT_THAT(key(pem(good_client().certificate + good_client().private_key)), IsOk());
}

TEST(LoadPrivateKey, ReadsAFile) {
  const TemporaryFolder folder;
  EXPECT_THAT(key(TlsMaterial::file(folder.write("client.key", good_client().private_key))), IsOk());
}

TEST(LoadPrivateKey, DecryptsWithThePassphrase) {
  EXPECT_THAT(key(pem(encrypted_client().private_key), kPassphrase), IsOk());
}

TEST(LoadPrivateKey, RefusesTheWrongPassphrase) {
  for (const std::string& wrong :
       {std::string("canary-secret-wrong"), std::string(kPassphrase) + "\n", std::string(5000, 'p')}) {
    EXPECT_THAT(key(pem(encrypted_client().private_key), wrong),
                AllOf(kNamesTheKey, Says("wrong passphrase"), Says("EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE"),
                      Not(Says("canary"))));
  }
}

TEST(LoadPrivateKey, AMissingPassphraseIsAnErrorAndNoQuestion) {
  const WatchedTerminal terminal;
  EXPECT_THAT(key(pem(encrypted_client().private_key)),
              AllOf(kNamesTheKey, Says("is encrypted"), Says("EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE")));
  EXPECT_THAT(key(pem(encrypted_client().private_key), "canary-secret-wrong"), kNamesTheKey);
  EXPECT_EQ(WatchedTerminal::times_asked, 0);
}

TEST(LoadPrivateKey, IgnoresAPassphraseThatIsNotNeeded) {
  EXPECT_THAT(key(pem(good_client().private_key), kPassphrase), IsOk());
}

TEST(LoadPrivateKey, RefusesWhatHoldsNone) {
  std::string damaged = good_client().private_key;
  damaged[damaged.size() / 2] = '!';
  const std::string shortened = good_client().private_key.substr(0, 60);
  EXPECT_THAT(key(pem("garbage")), AllOf(kNamesTheKey, Says("holds no PEM block"), Says("BEGIN PRIVATE KEY")));
  EXPECT_THAT(key(pem(good_client().certificate)), AllOf(kNamesTheKey, Says("holds no usable private key")));
  for (const std::string& text : {damaged, shortened})
    EXPECT_THAT(key(pem(text)), AllOf(kNamesTheKey, Says("damaged")));
}

TEST(LoadPrivateKey, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THAT(key(TlsMaterial::file(folder.path("missing.key"))), AllOf(kNamesTheKey, Says("No such file")));
  EXPECT_THAT(key(TlsMaterial::file(folder.path())), kNamesTheKey);
}

TEST(LoadPrivateKey, DoesNotRepeatAPathThatMayBeTheKeyItself) {  // a key without its BEGIN line looks like a path
  EXPECT_THAT(key(TlsMaterial::from_setting("canary-secret-MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ")),
              AllOf(kNamesTheKey, Not(Says("canary-secret"))));
}

}  // namespace
}  // namespace easypost_connect::unit_test
