// SPDX-License-Identifier: Apache-2.0
// Text as it arrives: its encodings, line ends and wrappings, and the paths that should lead to it.
#include "corpus/credential_files.hpp"

#include <gmock/gmock.h>
#include <openssl/err.h>

#include "identity/tls_identity.hpp"
#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::corpus {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;
using unit_test::authority;
using unit_test::good_client;

Given certificate(const TlsMaterial& odd) { return {{odd, memory(good_client().private_key), {}}, {}}; }
Given key(const TlsMaterial& odd, const std::string& passphrase) {
  return {{memory(good_client().certificate), odd, Secret(passphrase)}, {}};
}
Given authorities(const TlsMaterial& odd) { return {unit_test::credentials_of(good_client()), odd}; }
Given both(const TlsMaterial& odd, const std::string& passphrase) { return {{odd, {}, Secret(passphrase)}, {}}; }

TEST_P(CredentialFiles, AreTakenOrRefusedInTrueWords) {
  const CredentialFile& row = GetParam();
  const Given given = row.make();
  const auto loaded = internal::TlsIdentity::load(given.client, given.server_ca, std::chrono::system_clock::now());
  if (row.gist.empty()) {
    EXPECT_THAT(loaded, IsOk());
  } else {
    EXPECT_THAT(loaded, AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(row.factor), Says(row.gist),
                              Not(Says("canary-secret"))));
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

namespace {

const std::string& cert() { return good_client().certificate; }
const std::string& key_text() { return good_client().private_key; }
std::string body_of(const std::string& pem) {
  return pem.substr(pem.find('\n') + 1, pem.rfind("-----END") - pem.find('\n') - 1);
}
const TemporaryFolder& folder() {
  static const TemporaryFolder made;
  return made;
}

const CredentialFile kText[] = {
    // Encodings.
    {"Utf8MarkBeforeCertificate", [] { return certificate(memory("\xef\xbb\xbf" + cert())); }},
    {"Utf8MarkBeforeKey", [] { return key(memory("\xef\xbb\xbf" + key_text())); }},
    {"Utf8MarkBeforeAuthorities",
     [] { return authorities(memory("\xef\xbb\xbf" + authority().certificate() + cert())); }},
    {"Utf8MarkInTheMiddleOfABundle",
     [] { return certificate(memory(cert() + "\xef\xbb\xbf" + authority().certificate())); }},
    {"Utf16LittleEndian", [] { return certificate(memory(utf16(cert(), true, true))); }},
    {"Utf16LittleEndianKey", [] { return key(memory(utf16(key_text(), true, true))); }},
    {"Utf16BigEndian", [] { return certificate(memory(utf16(cert(), false, true))); }},
    {"Utf16WithoutMark", [] { return certificate(memory(utf16(cert(), true, false))); }},
    {"Utf16BigEndianWithoutMark", [] { return key(memory(utf16(key_text(), false, false))); }},
    {"Utf16WithWindowsLineEnds", [] { return key(memory(utf16(replace(key_text(), "\n", "\r\n"), true, true))); }},
    // Line ends.
    {"WindowsLineEnds", [] { return both(memory(replace(cert() + key_text(), "\n", "\r\n"))); }},
    {"OldMacLineEnds", [] { return both(memory(replace(cert() + key_text(), "\n", "\r"))); }},
    {"IndentedCertificate", [] { return certificate(memory("  " + replace(cert(), "\n", "\n  "))); }},
    {"IndentedKey", [] { return key(memory("\t" + replace(key_text(), "\n", "\n\t"))); }},
    {"IndentedAuthority",
     [] { return authorities(memory("ca: |\n    " + replace(authority().certificate(), "\n", "\n    "))); }},
    {"BlanksAtLineEnds", [] { return certificate(memory(replace(cert(), "\n", "   \n"))); }},
    {"BlankLines", [] { return key(memory(replace(key_text(), "\n", "\n\n"))); }},
    {"NoLineEndAtTheEnd", [] { return certificate(memory(cert().substr(0, cert().size() - 1))); }},
    {"BodyInOneLine",
     [] {
       const std::string body = replace(body_of(cert()), "\n", "");
       return certificate(memory("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n"));
     }},
    {"LinesOf76Letters",
     [] {
       std::string body = replace(body_of(key_text()), "\n", "");
       for (std::size_t at = 76; at < body.size(); at += 77) body.insert(at, "\n");
       return key(memory("-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n"));
     }},
    {"GluedBlocks",
     [] { return certificate(memory(replace(cert() + authority().certificate(), "-----\n-----", "----------"))); }},
    {"NoLineEndsAtAll", [] { return both(variable(one_line(cert() + key_text()))); }},
    {"HeadersInABlock",
     [] {
       return certificate(
           memory(replace(cert(), "BEGIN CERTIFICATE-----\n",
                          "BEGIN CERTIFICATE-----\nfriendlyName: the first one\noriginFile: a.p12\n\n")));
     }},
    {"LineContinuations", [] { return certificate(memory(replace(cert(), "\n", "\\\n"))); }},
    {"LinesThatAreNoBlocks",
     [] { return certificate(memory("subject=/CN=a\nissuer=/CN=b\n" + cert() + "subject=/CN=c\n")); }},
    // Variables.
    {"EscapedCertificateInVariable", [] { return certificate(variable(escaped(cert()))); }},
    {"EscapedKeyInVariable", [] { return key(variable(escaped(key_text()))); }},
    {"EscapedWindowsLineEnds", [] { return key(variable(replace(key_text(), "\n", "\\r\\n"))); }},
    {"EscapedTwice", [] { return key(variable(replace(key_text(), "\n", "\\\\n"))); }},
    {"EscapedChain", [] { return certificate(variable(escaped(cert() + authority().certificate()))); }},
    {"EscapedAsJsonOfPhp", [] { return certificate(variable(replace(escaped(cert()), "/", "\\/"))); }},
    {"BlanksForLineEnds", [] { return both(variable(one_line(cert() + key_text(), " "))); }},
    {"InQuotationMarks", [] { return certificate(variable("\"" + cert() + "\"")); }},
    {"InApostrophes", [] { return key(variable("'" + escaped(key_text()) + "'")); }},
    {"JsonOfAVault",
     [] {
       return both(
           memory("{\"certificate\":\"" + escaped(cert()) + "\",\"private_key\":\"" + escaped(key_text()) + "\"}"));
     }},
    {"WordsOfTheShellAroundIt", [] { return certificate(memory("export CERT=\"" + cert() + "\"\n")); }},
    {"Base64OfPem", [] { return certificate(variable(base64(cert()))); }},
    {"Base64OfKey", [] { return key(variable(base64(key_text()))); }},
    {"Base64OfBase64", [] { return key(memory(base64(base64(key_text())))); }},
    {"Base64InLines", [] { return both(memory(replace(base64(cert() + key_text()), "A", "\nA"))); }},
    {"Base64OfAuthorities", [] { return authorities(variable(base64(authority().certificate()))); }},
    {"BareBase64OfDer", [] { return certificate(variable(replace(body_of(cert()), "\n", ""))); }},
    // The lines BEGIN and END, and the base64 that they enclose, are damaged.
    {"FirstLineOfAnEnvFile", [] { return certificate(variable("-----BEGIN CERTIFICATE-----")); }, kClient,
     "nothing is behind its BEGIN line"},
    {"LineEndsLostTheirBackslash", [] { return certificate(variable(one_line(cert(), "n"))); }, kClient,
     "each of its line ends has become the letter n"},
    {"EndLineIsMissing", [] { return key(memory(key_text().substr(0, key_text().size() - 40))); }, kClient,
     "block 1, PRIVATE KEY): its END line is missing"},
    {"EndLineOfAnotherBlock", [] { return certificate(memory(replace(cert(), "END CERTIFICATE", "END PRIVATE KEY"))); },
     kClient, "its END line is missing"},
    {"SecondOfAChainIsCut", [] { return certificate(memory(cert() + authority().certificate().substr(0, 300))); },
     kClient, "block 2, CERTIFICATE): its END line is missing"},
    {"SecondOfAnEscapedChainIsCut",
     [] { return certificate(variable(escaped(cert() + authority().certificate().substr(0, 300)))); }, kClient,
     "block 2, CERTIFICATE): its END line is missing"},
    {"BeginLineOfTheSecondIsMissing",
     [] {
       const std::string second = authority().certificate();
       return authorities(memory(cert() + second.substr(second.find('\n') + 1)));
     },
     kServer, "its BEGIN line is not"},
    {"BeginLineLostAHyphen", [] { return certificate(memory(cert().substr(1))); }, kClient, "its BEGIN line is not"},
    {"CommentThatQuotesAnEndLine",
     [] { return certificate(memory(cert() + "# it ended with -----END CERTIFICATE-----\n")); }},
    {"RedactedKeyBesideCertificate",
     [] { return both(memory(cert() + "-----BEGIN PRIVATE KEY-----\n[REDACTED]\n-----END PRIVATE KEY-----\n")); },
     kClient, "block 2, PRIVATE KEY): what is between BEGIN and END"},
    {"LabelInSmallLetters", [] { return certificate(memory(relabelled(cert(), "CERTIFICATE", "canary-secret"))); },
     kClient, "something else (block 1)"},
    {"FourHyphens", [] { return certificate(memory(replace(cert(), "-----", "----"))); }, kClient,
     "a BEGIN line that was changed"},
    {"DashesOfAWordProcessor", [] { return key(memory(replace(key_text(), "-----", "\xe2\x80\x94"))); }, kClient,
     "a BEGIN line that was changed"},
    {"CommentThatQuotesABeginLine",
     [] { return certificate(memory("# a file with -----BEGIN CERTIFICATE----- in it\n" + cert())); }},
    {"PercentEncoded",
     [] {
       return certificate(memory(replace(replace(one_line(cert(), "%0A"), "BEGIN ", "BEGIN%20"), "END ", "END%20")));
     },
     kClient, "percent-encoded"},
    // Paths.
    {"PathInQuotationMarks", [] { return certificate(variable("\"/etc/easypost/client.crt\"")); }, kClient,
     "in quotation marks"},
    {"PathWithLineEnd", [] { return key(variable("/etc/easypost/client.key\n")); }, kClient, "a blank or a line end"},
    {"PathWithCarriageReturn", [] { return authorities(variable("/etc/easypost/ca.pem\r")); }, kServer,
     "a blank or a line end"},
    {"PathWithTilde", [] { return certificate(variable("~/client.crt")); }, kClient, "only a shell understands"},
    {"PathWithVariable", [] { return certificate(variable("$HOME/client.crt")); }, kClient, "nobody has replaced"},
    {"PathBehindAt", [] { return certificate(variable("@client.crt")); }, kClient, "Take the @ away"},
    {"PathAsFileUrl", [] { return certificate(variable("file:///etc/easypost/client.crt")); }, kClient, "file: URL"},
    {"AddressOfAVault", [] { return key(variable("vault://secret/client.key")); }, kClient, "is a URL"},
    {"NamesThePathItTried", [] { return certificate(variable("/nowhere/client.crt")); }, kClient,
     "file /nowhere/client.crt: the file it names cannot be opened: No such file"},
    {"SecretInThePlaceOfAPath", [] { return key(variable("canary-secret-that-is-no-path")); }, kClient,
     "its name is not shown"},
    {"FolderForCertificate", [] { return certificate(variable(folder().path())); }, kClient, "is a folder"},
    {"FolderForAuthorities", [] { return authorities(variable(folder().path())); }, kServer, "cat FOLDER/*.pem"},
    {"EmptyFile", [] { return certificate(variable(folder().write("empty.pem", ""))); }, kClient,
     "empty.pem: is empty"},
    {"FileOfBlanks", [] { return key(variable(folder().write("blank.key", " \n\n"))); }, kClient,
     "nothing but blanks and line ends"},
    {"BundleAboveAMebibyte",
     [] {
       const std::string comment(std::size_t{1} << 20U, '#');
       return authorities(variable(folder().write("bundle.pem", cert() + comment + "\n" + authority().certificate())));
     }},
};

INSTANTIATE_TEST_SUITE_P(Text, CredentialFiles, ::testing::ValuesIn(kText), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
