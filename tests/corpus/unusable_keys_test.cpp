// SPDX-License-Identifier: Apache-2.0
// Private keys that hold the public key of their certificate, or a part of it, and do not prove it.
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "corpus/certificate_maker.hpp"
#include "corpus/credential_row.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace internal;
using ::testing::ValuesIn;

using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpenSslFree<ASN1_INTEGER_free>>;

constexpr const char* kRsa = "RSA-2048:unusable";
constexpr const char* kEc = "P-256:unusable";

NumberPtr number(const char* name) {
  BIGNUM* found = nullptr;
  EVP_PKEY_get_bn_param(key(kRsa), name, &found);
  return NumberPtr(found);
}

NumberPtr small(unsigned long value) {
  NumberPtr made(BN_new());
  BN_set_word(made.get(), value);
  return made;
}

NumberPtr plus(NumberPtr to, unsigned long value) {
  BN_add_word(to.get(), value);
  return to;
}

std::string der_of(const NumberPtr& value) {
  const IntegerPtr integer(BN_to_ASN1_INTEGER(value.get(), nullptr));
  unsigned char* bytes = nullptr;
  const int size = i2d_ASN1_INTEGER(integer.get(), &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::string pem_of(const char* label, const std::string& der) {
  const BioPtr bio = memory_bio();
  PEM_write_bio(bio.get(), label, "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));
  return std::string(written_to(bio));
}

/// An RSAPrivateKey (RFC 8017, appendix A.1.2).
struct RsaNumbers {
  NumberPtr n = number(OSSL_PKEY_PARAM_RSA_N);
  NumberPtr e = number(OSSL_PKEY_PARAM_RSA_E);
  NumberPtr d = number(OSSL_PKEY_PARAM_RSA_D);
  NumberPtr p = number(OSSL_PKEY_PARAM_RSA_FACTOR1);
  NumberPtr q = number(OSSL_PKEY_PARAM_RSA_FACTOR2);
  NumberPtr dp = number(OSSL_PKEY_PARAM_RSA_EXPONENT1);
  NumberPtr dq = number(OSSL_PKEY_PARAM_RSA_EXPONENT2);
  NumberPtr inverse = number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1);

  [[nodiscard]] std::string pem() const {
    std::string content = der_of(small(0));
    for (const NumberPtr* each : {&n, &e, &d, &p, &q, &dp, &dq, &inverse}) content += der_of(*each);
    std::string header(8, '\0');
    auto* end = reinterpret_cast<unsigned char*>(header.data());
    ASN1_put_object(&end, 1, static_cast<int>(content.size()), V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
    header.resize(static_cast<std::size_t>(reinterpret_cast<char*>(end) - header.data()));
    return pem_of("RSA PRIVATE KEY", header + content);
  }

  RsaNumbers& without_primes() {
    for (NumberPtr* each : {&p, &q, &dp, &dq, &inverse}) *each = small(0);
    return *this;
  }
};

ClientCertificate of(const char* key_name, const std::string& key_text) {
  Recipe recipe;
  recipe.key = key_name;
  return {TlsMaterial::in_memory(Secret(make(recipe).pem())), TlsMaterial::in_memory(Secret(key_text)), {}};
}

/// The public point of the certificate's key, and a scalar that differs in one bit.
std::string ec_key_of_another_scalar() {
  BIGNUM* found = nullptr;
  EVP_PKEY_get_bn_param(key(kEc), OSSL_PKEY_PARAM_PRIV_KEY, &found);
  const NumberPtr scalar(found);
  std::string bytes(32, '\0');
  BN_bn2binpad(scalar.get(), reinterpret_cast<unsigned char*>(bytes.data()), 32);
  unsigned char* encoded = nullptr;
  const int size = i2d_PrivateKey(key(kEc), &encoded);
  std::string der(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  OPENSSL_free(encoded);
  const std::size_t last = der.find(bytes) + bytes.size() - 1;
  der.at(last) = static_cast<char>(der.at(last) ^ 1);
  return pem_of("EC PRIVATE KEY", der);
}

/// The same numbers, once as RSA-PSS and once as RSA.
ClientCertificate of_another_rsa_type() { return of("RSA-PSS", key_pem("RSA of RSA-PSS")); }

constexpr const char* kIncomplete = "is damaged or incomplete: it cannot sign";
constexpr const char* kDoesNotFit = "is damaged: its signature does not fit its own certificate";

const std::vector<Row> kKeys = {
    {"RsaWhole", [] { return of(kRsa, RsaNumbers().pem()); }, "client", ""},
    {"RsaWithoutPrimes", [] { return of(kRsa, RsaNumbers().without_primes().pem()); }, nullptr, kIncomplete},
    {"RsaWithoutPrimesAndPublicExponent",
     [] {
       RsaNumbers numbers;
       numbers.e = small(0);
       return of(kRsa, numbers.without_primes().pem());
     },
     nullptr, "holds no public exponent (as Java writes an RSAPrivateKeySpec)"},
    {"RsaOfAnotherPublicExponent",
     [] {
       RsaNumbers numbers;
       numbers.e = small(3);
       return of(kRsa, numbers.pem());
     },
     nullptr, "another public exponent"},
    {"RsaOfDamagedExponents",
     [] {
       RsaNumbers numbers;
       numbers.d = plus(number(OSSL_PKEY_PARAM_RSA_D), 2);
       numbers.dp = plus(number(OSSL_PKEY_PARAM_RSA_EXPONENT1), 2);
       return of(kRsa, numbers.pem());
     },
     nullptr, kDoesNotFit},
    {"RsaOfDamagedPrimeExponentAlone",
     [] {
       RsaNumbers numbers;
       numbers.dp = plus(number(OSSL_PKEY_PARAM_RSA_EXPONENT1), 2);
       return of(kRsa, numbers.pem());
     },
     "client", ""},
    {"RsaPssOfLongSalt", [] { return of("RSA-PSS SHA256 64", key_pem("RSA-PSS SHA256 64")); }, nullptr,
     "cannot sign as TLS wants it"},
    {"RsaOfRsaPss", of_another_rsa_type, nullptr, "calls it RSA and the other RSA-PSS"},
    {"EcOfAnotherScalar", [] { return of(kEc, ec_key_of_another_scalar()); }, nullptr, kDoesNotFit},
    {"EcOfAnotherKey", [] { return of(kEc, key_pem("P-256:another")); }, nullptr, "does not belong to the certificate"},
};

class UnusableKey : public ::testing::TestWithParam<Row> {};

TEST_P(UnusableKey, IsFoundBeforeAnythingIsSent) { expect_judgement(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Keys, UnusableKey, ValuesIn(kKeys), ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::corpus
