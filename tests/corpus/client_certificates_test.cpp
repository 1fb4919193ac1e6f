// SPDX-License-Identifier: Apache-2.0
// Client certificates as people have them, one by one: kinds of keys, signatures, dates, purposes.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "corpus/certificate_maker.hpp"
#include "corpus/credential_row.hpp"

namespace easypost_connect::corpus {
namespace {

using ::testing::ValuesIn;

const Certificate& root() {
  static const Certificate made = make(authority("root", "RSA-2048:root"));
  return made;
}

/// Returns a certificate that the root has issued, with a key of that kind.
ClientCertificate with_key(const std::string& key_name) {
  Recipe recipe;
  recipe.key = key_name;
  return bundle(make(recipe, &root()).pem(), key_name);
}

/// Returns a good certificate below an authority of this recipe, and the authority's own, which the root has issued.
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
    {"BrainpoolP256", [] { return with_key("brainpoolP256r1"); }, kHasBrainpoolInTls13 ? "client" : nullptr,
     kHasBrainpoolInTls13 ? "" : kNoScheme},
    {"BrainpoolP384", [] { return with_key("brainpoolP384r1"); }, kHasBrainpoolInTls13 ? "client" : nullptr,
     kHasBrainpoolInTls13 ? "" : kNoScheme},
    {"BrainpoolP512", [] { return with_key("brainpoolP512r1"); }, kHasBrainpoolInTls13 ? "client" : nullptr,
     kHasBrainpoolInTls13 ? "" : "curve brainpoolP512r1"},
    {"BrainpoolTwisted", [] { return with_key("brainpoolP256t1"); }, nullptr, kNoScheme},
    {"Secp256k1", [] { return with_key("secp256k1"); }, nullptr, "curve secp256k1"},
    {"P224", [] { return with_key("P-224"); }, nullptr, kNoScheme},
    {"P192", [] { return with_key("P-192"); }, nullptr, "too weak for the security level"},
    {"Sm2", [] { return with_key("SM2"); }, kHasSm2InTls13 ? "client" : nullptr, kHasSm2InTls13 ? "" : "SM2"},
    {"Dsa", [] { return with_key("DSA"); }, nullptr, "DSA, 1024 bits) that is too weak"},
    {"X25519", [] { return with_key("X25519"); }, nullptr, "a type that TLS cannot use"},
};

const std::vector<Row> kSignatures = {
    {"LeafSha1", [] { return of_root(signed_with({}, "SHA1")); }, kRefusesWeakSignatures ? nullptr : "client",
     kRefusesWeakSignatures ? "own certificate \"CN=client\" is signed with SHA1" : ""},
    {"LeafMd5", [] { return of_root(signed_with({}, "MD5")); }, kRefusesWeakSignatures ? nullptr : "client",
     kRefusesWeakSignatures ? "signed with MD5, which is too weak" : ""},
    {"LeafSha224", [] { return of_root(signed_with({}, "SHA224")); }, "client", ""},
    {"LeafSha512", [] { return of_root(signed_with({}, "SHA512")); }, "client", ""},
    {"SelfSignedSha1", [] { return self_signed(signed_with({}, "SHA1")); }, "client", ""},
    {"AboveSha1", [] { return below(signed_with(authority("inter"), "SHA1")); },
     kRefusesWeakSignatures ? nullptr : "client, inter",
     kRefusesWeakSignatures ? "above the client's own, \"CN=inter\", is signed with SHA1" : ""},
    {"AboveMd5", [] { return below(signed_with(authority("inter"), "MD5")); },
     kRefusesWeakSignatures ? nullptr : "client, inter",
     kRefusesWeakSignatures ? "leave it out, if the server has it" : ""},
    {"AboveRsa1024", [] { return below(authority("inter", "RSA-1024:inter")); }, nullptr,
     "\"CN=inter\", has a key (RSA, 1024 bits)"},
    {"AboveBrainpool", [] { return below(authority("inter", "brainpoolP256r1:inter")); }, "client, inter", ""},
};

/// Returns a good client certificate, changed as told.
ClientCertificate leaf(const std::function<void(Recipe&)>& change) {
  Recipe recipe;
  change(recipe);
  return of_root(recipe);
}

ClientCertificate with_extensions(const std::vector<std::pair<std::string, std::string>>& extensions) {
  return leaf([&](Recipe& recipe) { recipe.extensions = extensions; });
}

ClientCertificate ending(const std::string& end) {
  return leaf([&](Recipe& recipe) { recipe.end = end; });
}

const std::vector<Row> kDates = {
    {"Expired", [] { return leaf([](Recipe& r) { r.from_day = -9, r.until_day = -1; }); }, nullptr, "expired on 20"},
    {"NotYetValid", [] { return leaf([](Recipe& r) { r.from_day = 1; }); }, nullptr, "clock of this machine"},
    {"UntilAfter2050", [] { return ending("20771231235959Z"); }, "client", ""},
    {"WithoutEnd", [] { return ending("99991231235959Z"); }, "client", ""},
    {"EndOfNoMonth", [] { return ending("20281331235959Z"); }, nullptr, "holds a date that is none"},
    {"EndOfLetters", [] { return ending("tomorrow"); }, nullptr,
     kReadsDatesThatAreNone ? "holds a date that is none" : "holds a damaged certificate"},
    {"EndInTheYear1", [] { return ending("00010101000000Z"); }, nullptr, "expired on 1-01-01"},
    {"AboveExpired", [] { return below(during(authority("inter"), -9, -1)); }, "client, inter",
     "\"CN=inter\" above the client's own expired on 20"},
    {"AboveNotYetValid", [] { return below(during(authority("inter"), 1, 9)); }, "client, inter",
     "\"CN=inter\" above the client's own is not valid before"},
};

const std::vector<Row> kPurposes = {
    {"None", [] { return with_extensions({}); }, "client", ""},
    {"NotAnAuthority",
     [] {
       return with_extensions({{"basicConstraints", "CA:FALSE"}});
     },
     "client", ""},
    {"Version1", [] { return leaf([](Recipe& r) { r.extensions = {}, r.version = 1; }); }, "client", ""},
    {"NegativeSerialNumber", [] { return leaf([](Recipe& r) { r.serial = -5; }); }, "client", ""},
    {"ClientAndServer",
     [] {
       return with_extensions({{"extendedKeyUsage", "serverAuth,clientAuth"}});
     },
     "client", ""},
    {"ServerOnly",
     [] {
       return with_extensions({{"extendedKeyUsage", "serverAuth"}});
     },
     nullptr, "lacks the purpose clientAuth"},
    {"EmailOnly",
     [] {
       return with_extensions({{"extendedKeyUsage", "emailProtection"}});
     },
     nullptr, "lacks the purpose clientAuth"},
    {"SmartCardLogonOnly",
     [] {
       return with_extensions({{"extendedKeyUsage", "1.3.6.1.4.1.311.20.2.2"}});
     },
     nullptr, "lacks the purpose clientAuth"},
    {"AnyPurpose",
     [] {
       return with_extensions({{"extendedKeyUsage", "anyExtendedKeyUsage"}});
     },
     "client", "anyExtendedKeyUsage without clientAuth"},
    {"AnyAndClient",
     [] {
       return with_extensions({{"extendedKeyUsage", "anyExtendedKeyUsage,clientAuth"}});
     },
     "client", ""},
    {"KeyEncipherment",
     [] {
       return with_extensions({{"extendedKeyUsage", "clientAuth"}, {"keyUsage", "keyEncipherment"}});
     },
     nullptr, "key usage lacks digitalSignature"},
    {"NonRepudiation",
     [] {
       return with_extensions({{"extendedKeyUsage", "clientAuth"}, {"keyUsage", "nonRepudiation"}});
     },
     nullptr, "key usage lacks digitalSignature"},
    {"KeyEnciphermentWithoutPurpose",
     [] {
       return with_extensions({{"keyUsage", "keyEncipherment"}});
     },
     nullptr, "key usage lacks digitalSignature"},
    {"KeyAgreement",
     [] {
       return with_extensions({{"extendedKeyUsage", "clientAuth"}, {"keyUsage", "keyAgreement"}});
     },
     "client", "lacks the key usage digitalSignature"},
    {"NetscapeServer",
     [] {
       return with_extensions({{"nsCertType", "server"}});
     },
     nullptr, "Netscape certificate type"},
    {"NetscapeClient",
     [] {
       return with_extensions({{"nsCertType", "client"}});
     },
     "client", ""},
    {"AuthorityThatSigns",
     [] {
       return with_extensions({{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "keyCertSign,digitalSignature"}});
     },
     "client", "that of an authority"},
    {"AuthorityOnly", [] { return self_signed(authority("company root")); }, nullptr,
     "is the certificate of an authority"},
    {"AboveWithCurveSpelledOut", [] { return below(authority("inter", "explicit P-256:inter")); }, "client, inter",
     "spells out the curve"},
    {"UnknownExtension",
     [] {
       return with_extensions({{"extendedKeyUsage", "clientAuth"}, {"1.2.3.4", "DER:0500"}});
     },
     "client", ""},
    {"UnknownCriticalExtension",
     [] {
       return with_extensions({{"1.2.3.4", "critical,DER:0500"}});
     },
     "client", "critical extension 1.2.3.4"},
    {"UnreadableExtension",
     [] {
       return with_extensions({{"2.5.29.19", "DER:0400"}});
     },
     nullptr, "an extension that cannot be read"},
    {"CurveSpelledOut", [] { return with_key("explicit P-256"); }, nullptr, "spells out the curve"},
    {"AboveWithoutCa", [] { return below(changed(authority("inter"), [](Recipe& r) { r.extensions = {}; })); },
     "client, inter", "is not that of an authority"},
    {"AboveWithCriticalExtension",
     [] {
       return below(
           changed(authority("inter"), [](Recipe& r) { r.extensions.emplace_back("1.2.3.4", "critical,DER:0500"); }));
     },
     "client, inter", "\"CN=inter\" above the client's own holds the critical extension 1.2.3.4"},
};

class ClientCertificateKind : public ::testing::TestWithParam<Row> {};

TEST_P(ClientCertificateKind, IsJudgedBeforeAnythingIsSent) { expect_judgement(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Keys, ClientCertificateKind, ValuesIn(kKeys), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Signatures, ClientCertificateKind, ValuesIn(kSignatures), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Dates, ClientCertificateKind, ValuesIn(kDates), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Purposes, ClientCertificateKind, ValuesIn(kPurposes), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
