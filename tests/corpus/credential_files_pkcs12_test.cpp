// SPDX-License-Identifier: Apache-2.0
// PKCS #12 files: old encryptions, odd passphrases, what key stores hold.
#include "corpus/credential_files.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::corpus {
namespace {

using unit_test::authority;
using unit_test::good_client;
using unit_test::other_client;

constexpr const char* kPass = "canary-secret-geheim";
const std::string kAccents = "geh\xc3\xa9im \xc3\x9f";                         // UTF-8
const std::string kLatin1Accents = "geh\xe9im \xdf";                           // the same in Latin-1
const std::string kDoubledAccents = "geh\xc3\x83\xc2\xa9im \xc3\x83\xc2\x9f";  // kAccents encoded again

const std::string& cert() { return good_client().certificate; }
const std::string& key_text() { return good_client().private_key; }

Pkcs12Recipe usual() {
  Pkcs12Recipe recipe;
  recipe.entries = {{key_text(), cert()}};
  recipe.passphrase = kPass;
  return recipe;
}

template <typename Change>
std::string changed(Change change) {
  Pkcs12Recipe recipe = usual();
  change(recipe);
  return pkcs12(recipe);
}

std::string of(std::vector<Pkcs12Entry> entries) {
  return changed([&](Pkcs12Recipe& recipe) { recipe.entries = std::move(entries); });
}

template <typename Change>
std::string trust_store(const std::string& passphrase, Change change) {
  return changed([&](Pkcs12Recipe& recipe) {
    recipe.entries = {{"", authority().certificate()}};
    recipe.passphrase = passphrase;
    change(recipe);
  });
}

std::string trust_store(const std::string& passphrase) {
  return trust_store(passphrase, [](Pkcs12Recipe& /*recipe*/) {});
}

/// Changes the MAC, which stands at the end of the file, before its salt and its count.
std::string with_damaged_mac(std::string file) {
  file[file.size() - 30] = static_cast<char>(file[file.size() - 30] ^ 1);
  return file;
}

/// Changes the algorithm of the MAC: its object identifier is the last `old` in the file.
std::string with_other_mac(std::string file, const std::string& old, const std::string& by) {
  return file.replace(file.rfind(old), old.size(), by);
}

const CredentialFile kPkcs12[] = {
    {"AsOpenssl3", [] { return both(memory(pkcs12(usual())), kPass); }},
    {"WithChain",
     [] {
       return both(memory(of({{key_text(), cert()}, {"", authority().certificate()}})), kPass);
     }},
    {"AuthorityBeforeItsCertificate",
     [] {
       return both(memory(of({{"", authority().certificate()}, {key_text(), cert()}})), kPass);
     }},
    {"PemOfCerttool", [] { return both(memory(to_pem(pkcs12(usual()), "PKCS12")), kPass); }},
    {"PemOfCertutilEncode", [] { return both(memory(to_pem(pkcs12(usual()), "CERTIFICATE")), kPass); }},
    {"Base64OfKeyVault",
     [] { return both(variable(base64(changed([](Pkcs12Recipe& recipe) { recipe.passphrase.clear(); })))); }},
    {"GivenTwice",
     [] {
       const TlsMaterial one = memory(pkcs12(usual()));
       return Given{{one, one, Secret(kPass)}, {}};
     }},
    {"ForTheKeyAlone", [] { return key(memory(pkcs12(usual())), kPass); }, kClient, "brings the certificate along"},
    {"WithoutMac", [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.mac = ""; })), kPass); }},
    {"WithoutMacOtherPassphrase",
     [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.mac = ""; })), "canary-secret-other"); },
     kClient, "wrong passphrase"},
    {"WithoutMacNoPassphrase", [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.mac = ""; }))); },
     kClient, "no passphrase was given"},
    {"MacForEver",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.claimed_iterations = 2'147'483'647; })), kPass);
     },
     kClient, "2147483647 iterations"},
    {"OtherPassphrase", [] { return both(memory(pkcs12(usual())), "canary-secret-other"); }, kClient,
     "wrong passphrase"},
    {"LineEndBehindPassphrase", [] { return both(memory(pkcs12(usual())), std::string(kPass) + "\n"); }, kClient,
     "a blank or a line end"},
    {"EmptyPassphrase", [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.passphrase.clear(); }))); }},
    {"AbsentPassphrase",
     [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.absent_passphrase = true; }))); }},
    {"PassphraseForAnEmptyOne",
     [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.passphrase.clear(); })), kPass); }},
    {"PassphraseInUtf8",
     [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.passphrase = kAccents; })), kAccents); }},
    {"PassphraseInLatin1Variable",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) {
                     recipe.passphrase = kAccents;
                     recipe.key_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                     recipe.certificate_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                   })),
                   kLatin1Accents);
     }},
    {"PassphraseAsOpenssl1Spelt",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) {
                     recipe.passphrase = kDoubledAccents;
                     recipe.key_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                     recipe.certificate_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                   })),
                   kAccents);
     }},
    {"KeyUnderPassphraseInLatin1",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) {
                     recipe.passphrase = kAccents;
                     recipe.key_passphrase = kLatin1Accents;
                   })),
                   kAccents);
     }},
    {"Rc2OfOldWindows",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) {
                     recipe.certificate_scheme = NID_pbe_WithSHA1And40BitRC2_CBC;
                     recipe.key_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                     recipe.mac = "SHA1";
                   })),
                   kPass);
     },
     kClient, "OpenSSL 3 has given up (pbeWithSHA1And40BitRC2-CBC)"},
    {"Rc2ForTheKeyOnly",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.key_scheme = NID_pbe_WithSHA1And40BitRC2_CBC; })),
                   kPass);
     },
     kClient, "openssl pkcs12 -legacy"},
    {"Rc2AndAnotherPassphrase",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.key_scheme = NID_pbe_WithSHA1And40BitRC2_CBC; })),
                   "canary-secret-other");
     },
     kClient, "wrong passphrase"},
    {"TripleDesOfWindows10",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) {
                     recipe.certificate_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                     recipe.key_scheme = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
                     recipe.mac = "SHA1";
                   })),
                   kPass);
     }},
    {"CertificatesNotEncrypted",
     [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.certificate_scheme = -1; })), kPass); }},
    {"KeyNotEncrypted",
     [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.key_scheme = -1; })), kPass); }},
    {"MacOfMd5", [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.mac = "MD5"; })), kPass); }},
    {"MacOfMd4", [] { return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.mac = "MD4"; })), kPass); }, kClient,
     "OpenSSL 3 has given up (md4)"},
    {"MacOfPbmac1",
     [] {
       return both(memory(with_other_mac(pkcs12(usual()), "\x60\x86\x48\x01\x65\x03\x04\x02\x01",
                                         "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e")),
                   kPass);
     },
     kClient, OPENSSL_VERSION_NUMBER < 0x30400000L ? "PBMAC1" : "wrong passphrase"},
    {"KeyWithItsOwnPassphrase",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) { recipe.key_passphrase = "canary-secret-own"; })), kPass);
     },
     kClient, "has another passphrase than the file"},
    {"NoKey",
     [] {
       return both(memory(of({{"", cert()}})), kPass);
     },
     kClient, "no private key: a trust store"},
    {"KeyInItsOwnFile",
     [] {
       return Given{{memory(of({{"", cert()}})), memory(key_text()), Secret(kPass)}, {}};
     }},
    {"KeyHereAndInItsOwnFile",
     [] {
       return Given{{memory(pkcs12(usual())), memory(key_text()), Secret(kPass)}, {}};
     },
     kClient, "excludes a PKCS #12"},
    {"NoCertificate",
     [] {
       return both(memory(of({{key_text(), ""}})), kPass);
     },
     kClient, "without a certificate"},
    {"TwoKeys",
     [] {
       return both(
           memory(of({{key_text(), cert(), "mine"}, {other_client().private_key, other_client().certificate, "old"}})),
           kPass);
     },
     kClient, "\"mine\" (CN=sandbox-client), \"old\" (CN=sandbox-client)"},
    {"TwoKeysOneOfThemHasACertificate",
     [] {
       return both(memory(of({{other_client().private_key, "", "old"}, {key_text(), cert(), "mine"}})), kPass);
     }},
    {"SameKeyTwice",
     [] {
       return both(memory(of({{key_text(), cert(), "a"}, {key_text(), "", "b"}})), kPass);
     }},
    {"Damaged", [] { return both(memory(pkcs12(usual()).substr(0, 300)), kPass); }, kClient, "damaged or cut"},
    {"BesideACertificate", [] { return certificate(memory(cert() + to_pem(pkcs12(usual()), "PKCS12"))); }, kClient,
     "in a file of its own"},
    {"TrustStoreOfJava", [] { return authorities(memory(trust_store("changeit"))); }},
    {"TrustStoreWithoutPassphrase", [] { return authorities(memory(trust_store(""))); }},
    {"TrustStoreOfJava18",
     [] {
       return authorities(memory(changed([](Pkcs12Recipe& recipe) {
         recipe.entries = {{"", authority().certificate()}};
         recipe.certificate_scheme = -1;
         recipe.mac = "";
       })));
     }},
    {"Unprotected",
     [] {
       return both(memory(changed([](Pkcs12Recipe& recipe) {
         recipe.certificate_scheme = -1;
         recipe.key_scheme = -1;
         recipe.mac = "";
       })));
     }},
    {"OfIndefiniteLength",
     [] {
       const std::string file = pkcs12(usual());
       return both(memory("\x30\x80" + file.substr(4) + std::string(2, '\0')), kPass);
     }},
    {"TrustStoreWithAPassphrase", [] { return authorities(memory(trust_store("canary-secret-own"))); }, kServer,
     "neither without a passphrase nor with \"changeit\", or damaged"},
    {"TrustStoreWithAPassphraseWithoutMac",
     [] {
       return authorities(memory(trust_store("canary-secret-own", [](Pkcs12Recipe& recipe) { recipe.mac = ""; })));
     },
     kServer, "neither without a passphrase nor with \"changeit\", or damaged"},
    {"TrustStoreWithADamagedMac", [] { return authorities(memory(with_damaged_mac(trust_store("changeit")))); },
     kServer, "neither without a passphrase nor with \"changeit\", or damaged"},
    {"TrustStoreForEver",
     [] {
       return authorities(
           memory(trust_store("changeit", [](Pkcs12Recipe& recipe) { recipe.claimed_iterations = 2'147'483'647; })));
     },
     kServer, "2147483647 iterations"},
    {"TrustStoreInRc2",
     [] {
       return authorities(memory(trust_store(
           "changeit", [](Pkcs12Recipe& recipe) { recipe.certificate_scheme = NID_pbe_WithSHA1And40BitRC2_CBC; })));
     },
     kServer, "openssl pkcs12 -legacy -in OLD.p12 -nokeys"},
    {"TrustStoreWithMacOfMd4",
     [] { return authorities(memory(trust_store("changeit", [](Pkcs12Recipe& recipe) { recipe.mac = "MD4"; }))); },
     kServer, "OpenSSL 3 has given up (md4)"},
    {"TrustStoreCut", [] { return authorities(memory(trust_store("changeit").substr(0, 300))); }, kServer,
     "damaged or cut"},
    {"TrustStoreOfNoise",
     [] { return authorities(memory(std::string("\x30\x82\x04\x00", 4) + std::string(1024, 'x'))); }, kServer,
     "server_ca"},
    {"TrustStoreOfJks", [] { return authorities(memory("\xfe\xed\xfe\xed" + std::string(200, '\2'))); }, kServer,
     "keytool -list -rfc"},
    {"TrustStoreWithAKey",
     [] { return authorities(memory(changed([](Pkcs12Recipe& recipe) { recipe.passphrase = "changeit"; }))); }, kServer,
     "not a trust store"},
};

INSTANTIATE_TEST_SUITE_P(Pkcs12, CredentialFiles, ::testing::ValuesIn(kPkcs12), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
