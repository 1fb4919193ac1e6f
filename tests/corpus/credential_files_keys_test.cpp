// SPDX-License-Identifier: Apache-2.0
// Encrypted keys: old encryptions, odd passphrases.
#include "corpus/credential_files.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::corpus {
namespace {

using unit_test::good_client;

constexpr const char* kPass = "canary-secret-geheim";
const std::string kAccents = "geh\xc3\xa9im \xc3\x9f";  // UTF-8

const std::string& key_text() { return good_client().private_key; }

Given pkcs8(const char* cipher, int scheme = -1) {
  return key(memory(pkcs8_key(key_text(), kPass, cipher, scheme)), kPass);
}
Given dek_info(const char* cipher) { return key(memory(dek_info_key(key_text(), kPass, cipher)), kPass); }

const CredentialFile kKeys[] = {
    {"Pkcs8Aes256", [] { return pkcs8("AES-256-CBC"); }},
    {"Pkcs8TripleDes", [] { return pkcs8("DES-EDE3-CBC"); }},
    {"Pkcs8Des", [] { return pkcs8("DES-CBC"); }, kClient, "OpenSSL 3 has given up (des-cbc)"},
    {"Pkcs8Rc2", [] { return pkcs8("RC2-CBC"); }, kClient, "OpenSSL 3 has given up (rc2-cbc)"},
    {"Pkcs8Blowfish", [] { return pkcs8("BF-CBC"); }, kClient, "OpenSSL 3 has given up (bf-cbc)"},
    {"Pkcs8PbeMd5Des", [] { return pkcs8("DES-CBC", NID_pbeWithMD5AndDES_CBC); }, kClient, "pbeWithMD5AndDES-CBC"},
    {"Pkcs8PbeSha1Des", [] { return pkcs8("DES-CBC", NID_pbeWithSHA1AndDES_CBC); }, kClient, "pbeWithSHA1AndDES-CBC"},
    {"Pkcs8PbeMd5Rc2", [] { return pkcs8("RC2-CBC", NID_pbeWithMD5AndRC2_CBC); }, kClient, "pbeWithMD5AndRC2-CBC"},
    {"Pkcs8PbeSha1Rc2", [] { return pkcs8("RC2-CBC", NID_pbe_WithSHA1And40BitRC2_CBC); }, kClient,
     "openssl pkcs8 -provider legacy"},
    {"Pkcs8PbeSha1Rc4", [] { return pkcs8("RC4", NID_pbe_WithSHA1And128BitRC4); }, kClient, "And128BitRC4"},
    {"Pkcs8PbeSha1TripleDes", [] { return pkcs8("DES-EDE3-CBC", NID_pbe_WithSHA1And3_Key_TripleDES_CBC); }},
    {"DekInfoAes", [] { return dek_info("AES-128-CBC"); }},
    {"DekInfoTripleDes", [] { return dek_info("DES-EDE3-CBC"); }},
    {"DekInfoDes", [] { return dek_info("DES-CBC"); }, kClient, "OpenSSL 3 has given up (DES-CBC)"},
    {"DekInfoBlowfish", [] { return dek_info("BF-CBC"); }, kClient, "OpenSSL 3 has given up (BF-CBC)"},
    {"DekInfoSeed", [] { return dek_info("SEED-CBC"); }, kClient, "OpenSSL 3 has given up (SEED-CBC)"},
    {"DekInfoCast5", [] { return dek_info("CAST5-CBC"); }, kClient, "OpenSSL 3 has given up (CAST5-CBC)"},
    {"DekInfoOfNobody",
     [] {
       return key(memory(replace(dek_info_key(key_text(), kPass, "AES-128-CBC"), "AES-128-CBC", "FOO-128-CBC")), kPass);
     },
     kClient, "this OpenSSL has not got (FOO-128-CBC)"},
    {"DekInfoOldWithoutPassphrase", [] { return key(memory(dek_info_key(key_text(), kPass, "DES-CBC"))); }, kClient,
     "has given up"},
    {"DekInfoWithWindowsLineEnds",
     [] { return key(memory(replace(dek_info_key(key_text(), kPass, "AES-256-CBC"), "\n", "\r\n")), kPass); }},
    {"DekInfoEscaped", [] { return key(variable(escaped(dek_info_key(key_text(), kPass, "AES-256-CBC"))), kPass); }},
    {"DekInfoOnOneLine",
     [] { return key(variable(one_line(dek_info_key(key_text(), kPass, "AES-256-CBC"), " ")), kPass); }},
    {"DekInfoWithoutLineEnds",
     [] { return key(variable(one_line(dek_info_key(key_text(), kPass, "AES-256-CBC"))), kPass); }},
    {"DekInfoOldWithoutLineEnds",
     [] { return key(variable(one_line(dek_info_key(key_text(), kPass, "DES-CBC"))), kPass); }, kClient,
     "has given up"},
    {"DekInfoWithAnotherPassphrase",
     [] { return key(memory(dek_info_key(key_text(), kPass, "AES-256-CBC")), "canary-secret-other"); }, kClient,
     "wrong passphrase, or damaged"},
    {"DerPkcs8", [] { return key(memory(der_of(pkcs8_key(key_text(), kPass, "AES-256-CBC"))), kPass); }},
    {"EncryptedUnderTheLabelOfAPlainKey",
     [] {
       return key(
           memory(relabelled(pkcs8_key(key_text(), kPass, "AES-256-CBC"), "ENCRYPTED PRIVATE KEY", "PRIVATE KEY")),
           kPass);
     }},
    {"NoPassphrase", [] { return key(memory(pkcs8_key(key_text(), kPass, "AES-256-CBC"))); }, kClient,
     "is encrypted, and no passphrase was given"},
    {"PassphraseForNothing", [] { return key(memory(key_text()), kPass); }},
    {"PassphraseWithLineEnd",
     [] { return key(memory(pkcs8_key(key_text(), kPass, "AES-256-CBC")), std::string(kPass) + "\n"); }, kClient,
     "a blank or a line end"},
    {"PassphraseWithCarriageReturn",
     [] { return key(memory(pkcs8_key(key_text(), kPass, "AES-256-CBC")), std::string(kPass) + "\r"); }, kClient,
     "a blank or a line end"},
    {"PassphraseThatEndsInABlank",
     [] { return key(memory(pkcs8_key(key_text(), "geheim ", "AES-256-CBC")), "geheim "); }},
    {"ScryptOfOpenssl", [] { return key(memory(scrypt_key(key_text(), kPass, false)), kPass); }},
    {"ScryptWithMoreMemory", [] { return key(memory(scrypt_key(key_text(), kPass, true)), kPass); }, kClient,
     "has not got (scrypt with that much memory)"},
    {"Pbkdf2ForEver", [] { return key(memory(costly_key(2'147'483'647)), kPass); }, kClient, "2147483647 iterations"},
    {"Pbkdf2JustTooLong", [] { return key(memory(costly_key(10'000'001)), kPass); }, kClient, "10000001 iterations"},
    {"OldSchemeForEver",
     [] { return key(memory(costly_key(2'147'483'647, NID_pbe_WithSHA1And3_Key_TripleDES_CBC)), kPass); }, kClient,
     "2147483647 iterations"},
    {"ScryptForEver", [] { return key(memory(costly_scrypt_key(200'000)), kPass); }, kClient, "scrypt 200000 times"},
    {"PassphraseBeyondAscii", [] { return key(memory(pkcs8_key(key_text(), kAccents, "AES-256-CBC")), kAccents); }},
    {"PassphraseOf1100Letters",
     [] {
       const std::string passphrase(1100, 'x');
       return key(memory(pkcs8_key(key_text(), passphrase, "AES-256-CBC")), passphrase);
     }},
};

INSTANTIATE_TEST_SUITE_P(Keys, CredentialFiles, ::testing::ValuesIn(kKeys), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
