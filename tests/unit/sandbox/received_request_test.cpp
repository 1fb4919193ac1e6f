// SPDX-License-Identifier: Apache-2.0

#include <functional>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <easypost_connect/certificate_facts.hpp>
#include <easypost_connect/sandbox.hpp>
#include <easypost_connect/signing_request.hpp>

#include "sandbox/certificate_authority.hpp"

namespace easypost_connect {
namespace {

using internal::BioPtr;
using internal::memory_bio;
using internal::NamePtr;
using internal::written_to;
using sandbox::KeyPtr;
using sandbox::RequestPtr;

/// A Recipe says what a request is made of.
struct Recipe {
  std::function<EVP_PKEY*()> key = [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"); };
  const EVP_MD* digest = EVP_sha256();
  bool with_subject = true;
  bool tampered = false;
};

EVP_PKEY* rsa(std::size_t bits) { return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits); }
EVP_PKEY* curve(const char* name) { return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name); }

void add_name(X509_REQ& request, const char* name) {
  const NamePtr names(X509_NAME_dup(X509_REQ_get_subject_name(&request)));
  X509_NAME_add_entry_by_txt(names.get(), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_REQ_set_subject_name(&request, names.get());
}

RequestPtr make(const Recipe& recipe) {
  const KeyPtr key(recipe.key());
  RequestPtr request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), key.get());
  if (recipe.with_subject) add_name(*request, "my-company");
  X509_REQ_sign(request.get(), key.get(), recipe.digest);
  if (recipe.tampered) add_name(*request, "another-company");
  return request;
}

std::string pem(const Recipe& recipe) {
  const BioPtr bio = memory_bio();
  PEM_write_bio_X509_REQ(bio.get(), make(recipe).get());
  return std::string(written_to(bio));
}

std::string der(const Recipe& recipe) {
  const BioPtr bio = memory_bio();
  i2d_X509_REQ_bio(bio.get(), make(recipe).get());
  return std::string(written_to(bio));
}

std::string with_key(std::function<EVP_PKEY*()> key, const EVP_MD* digest = EVP_sha256()) {
  return pem({std::move(key), digest});
}

std::string with_crlf(const std::string& text) {
  std::string lines;
  for (const char c : text) lines += c == '\n' ? "\r\n" : std::string(1, c);
  return lines;
}

struct Row {
  const char* name;
  std::function<std::string()> text;
  const char* gist;  // text that the refusal must hold; empty: it is signed
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class ReceivedRequest : public ::testing::TestWithParam<Row> {};

TEST_P(ReceivedRequest, IsSignedOrRefusedInTrueWords) {
  static const std::string authority = Sandbox::make_authority().value();
  const auto certificate = Sandbox::sign(authority, GetParam().text());
  const std::string gist = GetParam().gist;
  ASSERT_EQ(certificate.has_value(), gist.empty());
  if (gist.empty()) return;
  EXPECT_EQ(certificate.error().code, ErrorCode::kInvalidOption);
  EXPECT_EQ(certificate.error().factor, Factor::kRequest);
  EXPECT_THAT(certificate.error().message, ::testing::HasSubstr(gist));
  EXPECT_FALSE(certificate.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ReceivedRequest,
    ::testing::Values(
        Row{"Pem", [] { return pem({}); }, ""}, Row{"Der", [] { return der({}); }, ""},
        Row{"WindowsLineEnds", [] { return with_crlf(pem({})); }, ""},
        Row{"TextBefore", [] { return "Certificate Request:\n    Data:\n" + pem({}); }, ""},
        Row{"Rsa2048", [] { return with_key([] { return rsa(2048); }); }, ""},
        Row{"P384", [] { return with_key([] { return curve("P-384"); }, EVP_sha384()); }, ""},
        Row{"Rsa1024", [] { return with_key([] { return rsa(1024); }); }, "RSA key of 1024 bits"},
        Row{"OtherCurve", [] { return with_key([] { return curve("secp256k1"); }); }, "curve secp256k1"},
        Row{"Ed25519", [] { return with_key([] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); }, nullptr); },
            "type ED25519"},
        Row{"Sha1", [] { return with_key([] { return rsa(2048); }, EVP_sha1()); }, "SHA-1"},
        Row{"Tampered",
            [] {
              return pem({Recipe().key, EVP_sha256(), true, true});
            },
            "was changed"},
        Row{"NoSubject",
            [] {
              return pem({Recipe().key, EVP_sha256(), false});
            },
            "names no subject"},
        Row{"Certificate", [] { return sandbox::issue_self_signed().certificate; }, "is a certificate"},
        Row{"PrivateKey", [] { return sandbox::issue_self_signed().private_key; }, "is a private key"},
        Row{"CutOff", [] { return pem({}).substr(0, 120); }, "cannot be read"},
        Row{"Utf16", [] { return std::string("\xff\xfe-\0-\0", 6); }, "UTF-16"},
        Row{"Empty", [] { return std::string(" \r\n"); }, "is empty"},
        Row{"SomethingElse", [] { return std::string("hello"); }, "neither PEM nor DER"}),
    ::testing::PrintToStringParamName());

TEST(SandboxAuthority, SignsTheSubjectAndTheKeyOfTheRequest) {
  SigningRequestOptions options;
  options.common_name = "my-company";
  options.organization = "My Company";
  const SigningRequest request = make_signing_request(options).value();
  const std::string authority = Sandbox::make_authority().value();
  const std::string certificate = Sandbox::sign(authority, request.csr, std::chrono::hours{24}).value();
  EXPECT_EQ(certificate.find("PRIVATE KEY"), std::string::npos);
  const auto parsed = sandbox::find_certificate(certificate);
  ASSERT_NE(parsed, nullptr);
  const RequestPtr csr(PEM_read_bio_X509_REQ(internal::reader_of(request.csr).get(), nullptr, nullptr, nullptr));
  EXPECT_EQ(X509_NAME_cmp(X509_get_subject_name(parsed.get()), X509_REQ_get_subject_name(csr.get())), 0);
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(parsed.get()), X509_REQ_get0_pubkey(csr.get())), 1);
  EXPECT_EQ(X509_check_purpose(parsed.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
}

TEST(SandboxAuthority, IsRefusedWhenItIsNone) {
  for (const std::string& text :
       {std::string(), std::string("canary-secret"), sandbox::issue_self_signed().certificate}) {
    const auto certificate = Sandbox::sign(text, pem({}));
    ASSERT_FALSE(certificate);
    EXPECT_THAT(certificate.error().message, ::testing::StartsWith("The certificate authority cannot be used: "));
  }
}

}  // namespace
}  // namespace easypost_connect
