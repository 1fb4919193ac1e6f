// SPDX-License-Identifier: Apache-2.0
// Forms of files: some are taken, others are named in a refusal, and other pieces may stand beside the wanted one.
#include "corpus/credential_files.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::corpus {
namespace {

using unit_test::authority;
using unit_test::good_client;
using unit_test::other_client;

const std::string& cert() { return good_client().certificate; }
const std::string& key_text() { return good_client().private_key; }
std::string crl() { return authority().revocation_list({other_client()}); }
std::string bytes(const char* text, std::size_t size) { return std::string(text, size) + std::string(64, '\x07'); }

/// Puts the lines before `pem` that `openssl pkcs12` prints there.
std::string bag_attributes(const std::string& pem) {
  return "Bag Attributes\n    friendlyName: caf\xc3\xa9 d\xc3\xa9j\xc3\xa0\n    localKeyID: 01 02 03 \nKey Attributes: "
         "<No "
         "Attributes>\n" +
         pem;
}

const CredentialFile kForms[] = {
    // Certificates.
    {"DerCertificate", [] { return certificate(memory(der_of(cert()))); }},
    {"TwoDerCertificates", [] { return certificate(memory(der_of(cert()) + der_of(authority().certificate()))); }},
    {"DerCertificateAndLineEnd", [] { return certificate(memory(der_of(cert()) + "\r\n")); }},
    {"DerCertificateAndOtherData", [] { return certificate(memory(der_of(cert()) + "end")); }, kClient,
     "other data behind its DER content"},
    {"CutDerCertificate", [] { return certificate(memory(der_of(cert()).substr(0, 200))); }, kClient, "damaged or cut"},
    {"DerAuthority", [] { return authorities(memory(der_of(authority().certificate()))); }},
    {"Base64OfDerAuthority", [] { return authorities(memory(base64(der_of(authority().certificate())))); }},
    {"Pkcs7OfCertmgr",
     [] {
       return certificate(memory(pkcs7({cert(), authority().certificate()})));
     }},
    {"Pkcs7Pem", [] { return certificate(memory(to_pem(pkcs7({cert()}), "PKCS7"))); }},
    {"Pkcs7UnderTheLabelOfACertificate", [] { return certificate(memory(to_pem(pkcs7({cert()}), "CERTIFICATE"))); }},
    {"Pkcs7OfAuthorities", [] { return authorities(memory(to_pem(pkcs7({authority().certificate()}), "PKCS7"))); }},
    {"EmptyPkcs7", [] { return certificate(memory(to_pem(pkcs7({}), "PKCS7"))); }, kClient, "without certificates"},
    {"TrustedCertificate", [] { return certificate(memory(trusted(cert()))); }},
    {"TrustedAuthority", [] { return authorities(memory(trusted(authority().certificate()))); }},
    {"X509Certificate", [] { return certificate(memory(relabelled(cert(), "CERTIFICATE", "X509 CERTIFICATE"))); }},
    {"ReadablePrintBeforeCertificate",
     [] { return certificate(memory("Certificate:\n    Data:\n        Version: 3 (0x2)\n" + cert())); }},
    {"ReadablePrintAlone",
     [] { return certificate(memory("Certificate:\n    Data:\n        Signature Algorithm: ecdsa-with-SHA256\n")); },
     kClient, "readable print of a certificate"},
    {"BagAttributes", [] { return both(memory(bag_attributes(key_text()) + bag_attributes(cert()))); }},
    {"SameFileTwice",
     [] {
       const TlsMaterial one = memory(cert() + key_text());
       return Given{{one, one, {}}, {}};
     }},
    {"SigningRequest", [] { return certificate(memory(signing_request())); }, kClient,
     "a certificate signing request (block 1, CERTIFICATE REQUEST)"},
    {"SigningRequestOfMicrosoft",
     [] {
       return certificate(memory(relabelled(signing_request(), "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")));
     },
     kClient, "a certificate signing request"},
    {"DerSigningRequest", [] { return certificate(memory(der_of(signing_request()))); }, kClient,
     "a certificate signing request (DER)"},
    {"KeyForCertificate", [] { return certificate(memory(key_text())); }, kClient,
     "holds no certificate, but a private key"},
    {"PublicKeyForCertificate", [] { return certificate(memory(public_key(key_text()))); }, kClient,
     "but a public key"},
    {"ListOfRevokedCertificates", [] { return certificate(memory(crl())); }, kClient, "a certificate revocation list"},
    {"PgpMessage",
     [] { return certificate(memory("-----BEGIN PGP MESSAGE-----\n\nhQEMA=\n-----END PGP MESSAGE-----\n")); }, kClient,
     "a part of PGP (block 1, PGP MESSAGE)"},
    // Keys.
    {"DerKey", [] { return key(memory(der_of(key_text()))); }},
    {"DerKeyOfSec1", [] { return key(memory(der_of(traditional_key(key_text())))); }},
    {"KeyOfSec1", [] { return key(memory(traditional_key(key_text()))); }},
    {"KeyOfPkcs1",
     [] {
       static const sandbox::IssuedCertificate rsa = authority().issue();
       return Given{{memory(rsa.certificate), memory(traditional_key(rsa.private_key)), {}}, {}};
     }},
    {"EcParametersBeforeKey", [] { return key(memory(ec_parameters() + traditional_key(key_text()))); }},
    {"Pkcs8UnderTheLabelOfRsa", [] { return key(memory(relabelled(key_text(), "PRIVATE KEY", "RSA PRIVATE KEY"))); }},
    {"Sec1UnderTheLabelOfPkcs8",
     [] { return key(memory(to_pem(der_of(traditional_key(key_text())), "PRIVATE KEY"))); }},
    {"Base64OfDerKey", [] { return key(variable(base64(der_of(key_text())))); }},
    {"PublicKeyBesideKey", [] { return key(memory(key_text() + public_key(key_text()))); }},
    {"PublicKeyForKey", [] { return key(memory(public_key(key_text()))); }, kClient,
     "no usable private key, but a public key"},
    {"CertificateForKey", [] { return key(memory(cert())); }, kClient, "no usable private key, but a certificate"},
    {"SigningRequestForKey", [] { return key(memory(signing_request())); }, kClient,
     "but a certificate signing request"},
    {"ParametersForKey", [] { return key(memory(ec_parameters())); }, kClient, "but parameters of a key"},
    {"TwoKeysOneOfThemFits", [] { return key(memory(other_client().private_key + key_text())); }},
    {"SameKeyTwice", [] { return key(memory(key_text() + traditional_key(key_text()))); }},
    {"TwoKeysNoneFits",
     [] {
       return key(
           memory(other_client().private_key + unit_test::authority().issue(unit_test::client_profile()).private_key));
     },
     kClient, "2 private keys, of which 0 belong"},
    {"KeyOfOpenSsh",
     [] {
       return key(memory(
           "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n"));
     },
     kClient, "a key of OpenSSH (block 1, OPENSSH PRIVATE KEY)"},
    {"PointerToAToken", [] { return key(memory(to_pem("pkcs11:object=key", "PKCS#11 PROVIDER URI"))); }, kClient,
     "a pointer to a PKCS #11 token"},
    {"KeyOfATpm", [] { return key(memory(to_pem("abc", "TSS2 PRIVATE KEY"))); }, kClient, "only a TPM can use"},
    {"KeyOfPutty", [] { return key(memory("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n")); }, kClient, "PuTTY"},
    {"PublicKeyOfSsh", [] { return key(memory("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ partner@host\n")); }, kClient,
     "public key for SSH"},
    {"KeyOfMicrosoft", [] { return key(memory(bytes("\x1e\xf1\xb5\xb0", 4))); }, kClient, "openssl rsa -inform PVK"},
    // Bundles.
    {"RevokedCertificatesInABundle", [] { return authorities(memory(authority().certificate() + crl())); }},
    {"KeyInABundle", [] { return authorities(memory(authority().certificate() + key_text())); }},
    {"UnknownBlockInABundle",
     [] { return authorities(memory(authority().certificate() + to_pem("abc", "ATTRIBUTE CERTIFICATE"))); }, kServer,
     "block 2, ATTRIBUTE CERTIFICATE"},
    {"DamagedBlockInABundle",
     [] {
       return authorities(memory(authority().certificate() + to_pem("abc", "CERTIFICATE") + authority().certificate()));
     },
     kServer, "block 2, CERTIFICATE"},
    {"DamagedTrustedCertificate", [] { return authorities(memory(to_pem("abc", "TRUSTED CERTIFICATE"))); }, kServer,
     "block 1, TRUSTED CERTIFICATE"},
    // Files of another trade.
    {"JavaKeyStore", [] { return both(memory(bytes("\xfe\xed\xfe\xed\0\0\0\2", 8)), "canary-secret"); }, kClient,
     "keytool -importkeystore"},
    {"JavaTrustStore", [] { return authorities(memory(bytes("\xfe\xed\xfe\xed\0\0\0\2", 8))); }, kServer,
     "keytool -list -rfc"},
    {"Jceks", [] { return both(memory(bytes("\xce\xce\xce\xce\0\0\0\2", 8))); }, kClient, "JCEKS"},
    {"StoreOfBouncyCastle", [] { return both(memory(bytes("\0\0\0\2\0\0\0\x14", 8))); }, kClient, "Bouncy Castle"},
    {"Base64OfAJavaKeyStore", [] { return both(memory(base64(bytes("\xfe\xed\xfe\xed\0\0\0\2", 8)))); }, kClient,
     "Java key store"},
    {"DatabaseOfNss", [] { return both(memory(bytes("SQLite format 3\0", 16))); }, kClient, "pk12util"},
    {"KeychainOfMacos", [] { return both(memory(bytes("kych\0\1", 6))); }, kClient, "keychain of macOS"},
    {"ZipArchive", [] { return certificate(memory(bytes("PK\3\4", 4))); }, kClient, "ZIP archive"},
    {"LoginPage", [] { return certificate(memory("\n<!doctype html>\n<html><body>Sign in</body></html>")); }, kClient,
     "HTML page"},
    {"JsonWithoutPem", [] { return key(memory("{\"kty\":\"EC\",\"crv\":\"P-256\"}")); }, kClient, "is JSON"},
    {"KubernetesSecret",
     [] { return certificate(memory("apiVersion: v1\ndata:\n  tls.crt: " + base64(cert()) + "\nkind: Secret\n")); },
     kClient, "Kubernetes Secret"},
    {"PointerOfGitLfs", [] { return certificate(memory("version https://git-lfs.github.com/spec/v1\n")); }, kClient,
     "git lfs"},
    {"AnsibleVault", [] { return key(memory("$ANSIBLE_VAULT;1.1;AES256\n3437\n")); }, kClient, "ansible-vault decrypt"},
    {"EncryptedByOpenssl", [] { return key(memory(bytes("Salted__", 8))); }, kClient, "openssl enc"},
    {"OtherText", [] { return certificate(memory("canary-secret of somebody")); }, kClient,
     "text that holds no PEM block"},
    {"OtherBytes", [] { return certificate(memory(bytes("\1\2\3", 3))); }, kClient, "binary data"},
};

INSTANTIATE_TEST_SUITE_P(Forms, CredentialFiles, ::testing::ValuesIn(kForms), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
