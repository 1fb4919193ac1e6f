// SPDX-License-Identifier: Apache-2.0
// The checks that TlsIdentity::load() makes before anything is sent, each with its own message.
#include "identity/certificate_checks.hpp"

#include <sys/stat.h>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// root -> middle -> issuing -> leaf
struct Chain {
  const sandbox::CertificateAuthority root{"root"};
  const sandbox::CertificateAuthority middle = root.issue_authority("middle");
  const sandbox::CertificateAuthority issuing = middle.issue_authority("issuing");
  const sandbox::IssuedCertificate leaf = issuing.issue(client_profile());

  [[nodiscard]] ClientCertificate sent_as(const std::string& certificates) const {
    return {pem(certificates), pem(leaf.private_key), {}};
  }
};

const Chain& chain() {
  static const Chain made;
  return made;
}

Result<std::shared_ptr<const TlsIdentity>> load(const ClientCertificate& certificate) {
  return TlsIdentity::load(certificate, {}, std::chrono::system_clock::now());
}

const auto kRefused = AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate));

TEST(ChainCheck, AcceptsAWholeChainAndAnyBeginningOfIt) {
  const auto& [root, middle, issuing, leaf] = chain();
  for (const std::string& certificates :
       {leaf.certificate, leaf.certificate + issuing.certificate(),
        leaf.certificate + issuing.certificate() + middle.certificate(),
        leaf.certificate + issuing.certificate() + middle.certificate() + root.certificate()}) {
    const auto identity = load(chain().sent_as(certificates));
    ASSERT_THAT(identity, IsOk());
    EXPECT_THAT((*identity)->warnings(), IsEmpty());
  }
}

TEST(ChainCheck, PutsAChainInOrderAndWarns) {
  const auto& [root, middle, issuing, leaf] = chain();
  for (const std::string& certificates :
       {issuing.certificate() + leaf.certificate, leaf.certificate + middle.certificate() + issuing.certificate(),
        root.certificate() + middle.certificate() + issuing.certificate() + leaf.certificate}) {
    const auto identity = load(chain().sent_as(certificates));
    ASSERT_THAT(identity, IsOk());
    ASSERT_EQ((*identity)->warnings().size(), 1U);
    EXPECT_THAT((*identity)->warnings().front().message, HasSubstr("out of order"));
  }
}

TEST(ChainCheck, DropsRepetitions) {
  const auto& leaf = chain().leaf;
  const auto identity = load(chain().sent_as(leaf.certificate + leaf.certificate + leaf.certificate));
  ASSERT_THAT(identity, IsOk());
  EXPECT_THAT((*identity)->warnings(), IsEmpty());
}

TEST(ChainCheck, NamesTheMissingLinkAndWhatStandsInItsPlace) {
  const auto& [root, middle, issuing, leaf] = chain();
  const auto identity = load(chain().sent_as(leaf.certificate + middle.certificate()));
  ASSERT_THAT(identity, IsOk());
  ASSERT_EQ((*identity)->warnings().size(), 1U);
  EXPECT_THAT((*identity)->warnings().front().message,
              AllOf(HasSubstr("not sent: \"CN=middle\""), HasSubstr("\"CN=issuing\", is not there")));
}

TEST(PairCheck, RefusesAChainWithoutTheCertificateOfTheKey) {
  EXPECT_THAT(load(chain().sent_as(chain().issuing.certificate() + chain().middle.certificate())),
              AllOf(kRefused, Says("EASYPOST_CONNECT_CLIENT_KEY"), Says("does not belong to the certificate")));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PurposeCheck, RefusesTheCertificateOfAServer) {
  sandbox::CertificateProfile profile = client_profile();
  profile.purpose = sandbox::CertificatePurpose::kServer;
  EXPECT_THAT(load(credentials_of(authority().issue(profile))), AllOf(kRefused, Says("clientAuth")));
}

TEST(StrengthCheck, RefusesAShortKey) {
  sandbox::CertificateProfile profile = client_profile();
  profile.key_type = sandbox::KeyType::kRsa1024;
  EXPECT_THAT(load(credentials_of(authority().issue(profile))), AllOf(kRefused, Says("1024 bits")));
}

class KeyFile : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<CredentialWarning> warnings_at(mode_t mode) const {
    const std::string path = folder_.write("client.key", good_client().private_key);
    ::chmod(path.c_str(), mode);
    return load({pem(good_client().certificate), TlsMaterial::file(path), {}}).value()->warnings();
  }
  const TemporaryFolder folder_;
};

TEST_F(KeyFile, WarnsWhenEverybodyMayReadIt) {
  const auto warnings = warnings_at(0644);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings.front().message, HasSubstr("Every account"));
  EXPECT_THAT(warnings.front().remedy, HasSubstr("chmod"));
}

TEST_F(KeyFile, IsSilentWhenOthersMayNot) {
  EXPECT_THAT(warnings_at(0600), IsEmpty());
  EXPECT_THAT(warnings_at(0640), IsEmpty());  // containers share a key through a group
}

}  // namespace
}  // namespace easypost_connect::unit_test
