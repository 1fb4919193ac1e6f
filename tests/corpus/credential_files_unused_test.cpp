// SPDX-License-Identifier: Apache-2.0
// A warning names each piece that stands beside certificate and key and is not used.
#include <gmock/gmock.h>
#include <openssl/err.h>

#include "corpus/credential_files.hpp"
#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace test_support;
using ::testing::HasSubstr;
using unit_test::authority;
using unit_test::good_client;
using unit_test::other_client;

const std::string& cert() { return good_client().certificate; }
const std::string& key_text() { return good_client().private_key; }
std::string crl() { return authority().revocation_list({other_client()}); }

struct UnusedPiece {
  std::string name;
  Given (*make)();
  std::string warning;  ///< text that the warning must hold; empty: no warning
};

void PrintTo(const UnusedPiece& row, std::ostream* out) { *out << row.name; }

class UnusedPieces : public ::testing::TestWithParam<UnusedPiece> {};

TEST_P(UnusedPieces, AreToldOf) {
  const Given given = GetParam().make();
  const auto loaded = internal::TlsIdentity::load(given.client, given.server_ca, std::chrono::system_clock::now());
  ASSERT_THAT(loaded, IsOk());
  std::string warnings;
  for (const auto& warning : (*loaded)->warnings()) warnings += warning.message + '\n';
  EXPECT_EQ(warnings.empty(), GetParam().warning.empty()) << warnings;
  EXPECT_THAT(warnings, HasSubstr(GetParam().warning));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

const UnusedPiece kUnused[] = {
    {"SigningRequestBesideCertificate", [] { return certificate(memory(cert() + signing_request())); },
     "certificate holds a certificate signing request (block 2, CERTIFICATE REQUEST), which is not used."},
    {"PublicKeyBesideCertificate", [] { return certificate(memory(cert() + public_key(key_text()))); },
     "a public key (block 2"},
    {"RevocationListBesideCertificate", [] { return certificate(memory(cert() + crl())); },
     "a certificate revocation list (block 2"},
    {"ParametersBesideCertificate", [] { return certificate(memory(cert() + ec_parameters())); },
     "parameters of a key (block 2"},
    {"KeyBesideCertificateThatHasItsKeyElsewhere",
     [] { return certificate(memory(cert() + other_client().private_key)); }, "a private key (block 2"},
    {"SecondKeyBesideCertificate", [] { return both(memory(other_client().private_key + cert() + key_text())); },
     "a private key (block 1"},
    {"SecondKey", [] { return key(memory(key_text() + other_client().private_key)); },
     "private_key holds a private key (block 2, PRIVATE KEY), which is not used."},
    {"SigningRequestBesideKey", [] { return key(memory(key_text() + signing_request())); },
     "private_key holds a certificate signing request (block 2"},
    {"SameFileForBoth",
     [] {
       const auto file = memory(cert() + key_text());
       return Given{{file, file, {}}, {}};
     },
     ""},
    {"SameKeyTwice", [] { return key(memory(key_text() + key_text())); }, ""},
    {"ParametersOfTheKey", [] { return key(memory(ec_parameters() + traditional_key(key_text()))); }, ""},
    {"SecondKeyInAKeyStore",
     [] {
       return both(
           memory(pkcs12({{{key_text(), cert(), "mine"}, {other_client().private_key, "", "\xc3\xa9\xe6\x97\xa5"}}})));
     },
     "a private key \"\xc3\xa9\xe6\x97\xa5\" without certificate, which is not used."},
    {"KeyAloneInPkcs12",
     [] {
       return key(memory(pkcs12({{{key_text(), ""}}})));
     },
     ""},
};

INSTANTIATE_TEST_SUITE_P(Files, UnusedPieces, ::testing::ValuesIn(kUnused), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
