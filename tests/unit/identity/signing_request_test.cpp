// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/signing_request.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <easypost_connect/certificate_facts.hpp>

#include "identity/certificate_and_key.hpp"
#include "identity/private_key.hpp"
#include "result_matchers.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

SigningRequestOptions options(KeyType type = KeyType::kP256) {
  SigningRequestOptions made;
  made.common_name = "my-company";
  made.key_type = type;
  return made;
}

RequestPtr parse(const std::string& csr) {
  return RequestPtr(PEM_read_bio_X509_REQ(reader_of(csr).get(), nullptr, nullptr, nullptr));
}

Result<KeyPtr> key_of(const SigningRequest& made, std::string_view passphrase = {}) {
  return load_private_key(TlsMaterial::in_memory(made.private_key), Secret(passphrase), kPrivateKeyField);
}

std::string subject_of(const X509_REQ* request) {
  const BioPtr bio = memory_bio();
  X509_NAME_print_ex(bio.get(), X509_REQ_get_subject_name(request), 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return std::string(written_to(bio));
}

TEST(SigningRequest, IsSignedByItsKey) {
  for (const KeyType type : {KeyType::kRsa2048, KeyType::kP256}) {
    const auto made = make_signing_request(options(type));
    ASSERT_THAT(made, IsOk());
    const RequestPtr request = parse(made->csr);
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())), 1);
    const auto key = key_of(*made);
    ASSERT_THAT(key, IsOk());
    EXPECT_EQ(X509_REQ_check_private_key(request.get(), key->get()), 1);
    EXPECT_EQ(EVP_PKEY_get_bits(key->get()), type == KeyType::kRsa2048 ? 2048 : 256);
  }
}

TEST(SigningRequest, IsRsaUnlessAskedOtherwise) { EXPECT_EQ(SigningRequestOptions().key_type, KeyType::kRsa2048); }

TEST(SigningRequest, EveryKeyIsANewOne) {
  EXPECT_NE(make_signing_request(options()).value().private_key, make_signing_request(options()).value().private_key);
}

TEST(SigningRequest, HoldsTheNamesThatWereGivenAndNoOthers) {
  SigningRequestOptions wanted = options();
  EXPECT_EQ(subject_of(parse(make_signing_request(wanted).value().csr).get()), "CN = my-company");
  wanted.organization = "Käserei";
  wanted.organizational_unit = "Post";
  wanted.locality = "Brussels";
  wanted.state = "Brussels";
  wanted.country = "BE";
  EXPECT_EQ(subject_of(parse(make_signing_request(wanted).value().csr).get()),
            "C = BE, ST = Brussels, L = Brussels, O = Käserei, OU = Post, CN = my-company");
}

TEST(SigningRequest, RefusesNamesThatNoCertificateCanHold) {
  const auto refusal_of = [](std::string SigningRequestOptions::*member, std::string text) {
    SigningRequestOptions wanted = options();
    wanted.*member = std::move(text);
    return make_signing_request(wanted);
  };
  EXPECT_THAT(refusal_of(&SigningRequestOptions::common_name, ""),
              AllOf(IsError(ErrorCode::kInvalidOption), BlamedOn(Factor::kRequest), Says("common_name is empty")));
  EXPECT_THAT(refusal_of(&SigningRequestOptions::common_name, std::string(64, 'x')), IsOk());
  EXPECT_THAT(refusal_of(&SigningRequestOptions::common_name, std::string(65, 'x')), Says("common_name"));
  EXPECT_THAT(refusal_of(&SigningRequestOptions::country, "Belgium"), Says("country"));
  EXPECT_THAT(refusal_of(&SigningRequestOptions::organization, "a\nb"), Says("organization"));
  EXPECT_THAT(refusal_of(&SigningRequestOptions::locality, "\xff\xfe"), Says("locality"));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(SigningRequest, APassphraseEncryptsTheKey) {
  SigningRequestOptions wanted = options();
  wanted.passphrase = Secret(kPassphrase);
  const auto made = make_signing_request(wanted);
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(std::string(made->private_key.expose()), StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  EXPECT_THAT(key_of(*made, kPassphrase), IsOk());
  EXPECT_THAT(key_of(*made), Says("no passphrase"));
  EXPECT_THAT(key_of(*made, "canary-secret-wrong"), Says("wrong passphrase"));
}

TEST(SigningRequest, WithoutAPassphraseTheKeyIsPlainPkcs8) {
  const auto made = make_signing_request(options());
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->private_key.expose().substr(0, 27), "-----BEGIN PRIVATE KEY-----");
  EXPECT_THAT(made->csr, Not(HasSubstr("PRIVATE")));
}

}  // namespace
}  // namespace easypost_connect::unit_test
