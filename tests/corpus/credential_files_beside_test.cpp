// SPDX-License-Identifier: Apache-2.0
// Near misses: two forms in one file, damaged keys, keys of other programs, files that are no files.
#include <sys/stat.h>

#include "corpus/credential_files.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::corpus {
namespace {

using unit_test::authority;
using unit_test::good_client;
using unit_test::other_client;

const std::string& cert() { return good_client().certificate; }
const std::string& key_text() { return good_client().private_key; }
std::string authority_der() { return der_of(authority().certificate()); }

std::string json(const std::string& pem) { return "{\"pem\":\"" + replace(escaped(pem), "+", "\\u002B") + "\"}"; }

/// Returns PKCS #8 that is whole, with a damaged key inside.
std::string damaged_key() {
  std::string der = der_of(key_text());
  der[der.find('\x04') + 2] = '\x7f';
  return to_pem(der, "PRIVATE KEY");
}

/// PKCS #8 with another type of key in it.
std::string key_of_type(const std::string& object) {
  const std::string algorithm = std::string("\x30", 1) + static_cast<char>(object.size()) + object;
  const std::string content = std::string("\x02\x01\x00", 3) + algorithm + std::string("\x04\x02\x04\x00", 4);
  return to_pem(std::string("\x30", 1) + static_cast<char>(content.size()) + content, "PRIVATE KEY");
}

/// An Ed25519 key in version 2 of PKCS #8 (RFC 8410, section 7).
std::string version_2(const std::string& begin_of_public_key) {
  const std::string content = std::string("\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 14) +
                              std::string(32, '\x05') + begin_of_public_key + std::string(32, '\x06');
  return to_pem(std::string("\x30", 1) + static_cast<char>(content.size()) + content, "PRIVATE KEY");
}

const CredentialFile kBeside[] = {
    // Paths.
    {"PasswordInAUrl", [] { return certificate(variable("https://deploy:canary-secret@files.example/client.pem")); },
     kClient, "CLIENT_CERT): is a URL"},
    {"PasswordInAUrlOfAuthorities", [] { return authorities(variable("s3://key:canary-secret@bucket/ca.pem")); },
     kServer, "is a URL"},
    {"SignatureInAUrl", [] { return key(variable("HTTPS://files.example/?sig=canary-secret&name=client.key")); },
     kClient, "is a URL"},
    {"PasswordBeforeAHost", [] { return key(variable("deploy:canary-secret@files.example/client.key")); }, kClient,
     "its name is not shown"},
    {"TokenInCapitals", [] { return key(variable("PKCS11:object=a;pin-value=canary-secret.key")); }, kClient,
     "Write it as pkcs11:"},
    {"FolderAtHand", [] { return certificate(variable(".")); }, kClient, "file .: is a folder"},
    {"Pipe",
     [] {
       static const test_support::TemporaryFolder folder;
       const std::string path = folder.path("client.pem");
       ::mkfifo(path.c_str(), 0600);
       return certificate(variable(path));
     },
     kClient, "client.pem: is a pipe"},
    {"Device", [] { return authorities(variable("/dev/null")); }, kServer, "is a device"},
    {"PercentEncodedAsFormsDo",
     [] { return certificate(memory(replace(replace(one_line(cert(), "%0A"), "+", "%2B"), " ", "+"))); }, kClient,
     "percent-encoded"},
    // DER beside PEM.
    {"DerBeforePem", [] { return certificate(memory(der_of(cert()) + authority().certificate())); }},
    {"DerBehindPem", [] { return certificate(memory(cert() + authority_der())); }},
    {"DerBetweenPem", [] { return both(memory(authority().certificate() + der_of(cert()) + "\n" + key_text())); }},
    {"DerAuthorityBehindPem", [] { return authorities(memory(cert() + authority_der() + "\n")); }},
    {"CutDerBehindPem", [] { return certificate(memory(cert() + authority_der().substr(0, 99))); }, kClient,
     "DER data (ASN.1) that is damaged or cut"},
    {"CutDerBeforePem", [] { return authorities(memory(authority_der().substr(0, 99) + cert())); }, kServer,
     "DER data (ASN.1) that is damaged or cut"},
    {"NumberedChain", [] { return certificate(memory(" 0 s:/CN=a\n   i:/CN=b\n" + cert() + "01 end\n")); }},
    {"PemInsideAPemBlock", [] { return certificate(memory(to_pem(cert(), "CERTIFICATE"))); }},
    // Text in text.
    {"PlusInJsonOfDotNet", [] { return certificate(memory(json(cert()))); }},
    {"PlusInJsonOfDotNetKey", [] { return key(memory(json(key_text()))); }},
    {"PlusInJsonInJson", [] { return key(memory(replace(json(key_text()), "\\u", "\\\\u"))); }},
    {"LineEndsAsUnicodeEscapes", [] { return key(variable(replace(key_text(), "\n", "\\u000a"))); }},
    {"EqualsSignAsUnicodeEscape", [] { return certificate(variable(replace(escaped(cert()), "=", "\\u003d"))); }},
    {"EscapeThatIsNone", [] { return certificate(memory("\\u00 \\u00zz \\u00" + cert() + "\\u00")); }},
    {"Utf16OfBase64OfPem", [] { return certificate(memory(utf16(base64(cert()), true, true))); }},
    {"Utf16OfBase64OfDer", [] { return certificate(memory(utf16(base64(der_of(cert())), false, true))); }},
    {"BeginLinesWithoutEnd",
     [] {
       std::string text;
       while (text.size() < std::size_t{4} * 1024 * 1024) text += "-----BEGIN CERTIFICATE-----\n";
       return certificate(memory(text));
     },
     kClient, "nothing is behind its BEGIN line"},
    {"QuotedBeginLinesOnOneLine",
     [] {
       std::string text;
       while (text.size() < std::size_t{4} * 1024 * 1024) text += "a -----BEGIN X----- b -----END Y----- ";
       return certificate(memory(text + "\n" + cert()));
     }},
    // Keys.
    {"DamagedKeyOfAKnownType", [] { return key(memory(damaged_key())); }, kClient,
     "a private key (block 1, PRIVATE KEY), which is damaged"},
    {"KeyOfAnUnknownType", [] { return key(memory(key_of_type("\x06\x03\x2a\x03\x04"))); }, kClient,
     "of a type that this OpenSSL cannot use, or damaged"},
    {"KeyOfAnUnknownCurve",
     [] { return key(memory(key_of_type("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x03\x2a\x03\x04"))); }, kClient,
     "of a type that this OpenSSL cannot use, or damaged"},
    {"Ed25519OfVersion2", [] { return key(memory(version_2("\x81\x21" + std::string(1, '\0')))); }, kClient,
     "does not belong to the certificate"},
    {"Ed25519OfRing", [] { return key(memory(version_2("\xa1\x23\x03\x21" + std::string(1, '\0')))); }, kClient,
     "does not belong to the certificate"},
};

INSTANTIATE_TEST_SUITE_P(Beside, CredentialFiles, ::testing::ValuesIn(kBeside), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
