// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "identity/pkcs11_ways.hpp"

namespace easypost_connect::internal {
namespace {

using ::testing::Eq;
using ::testing::Optional;

struct Row {
  const char* name;
  std::function<EVP_PKEY*()> make;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class KeyThatWasFoundBefore : public ::testing::TestWithParam<Row> {
 protected:
  const KeyPtr key_{GetParam().make()};
};

TEST_P(KeyThatWasFoundBefore, IsNotGoneWhenItSigns) { EXPECT_EQ(why_gone(key_.get()), std::nullopt); }

TEST_P(KeyThatWasFoundBefore, IsGoneWhenItDoesNotSignAndNoModuleSaysWhy) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  const unsigned char* begin = der;
  const KeyPtr without_private_part(d2i_PUBKEY(nullptr, &begin, size));
  OPENSSL_free(der);
  EXPECT_THAT(why_gone(without_private_part.get()), Optional(Eq("no reason given")));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, KeyThatWasFoundBefore,
    ::testing::Values(Row{"RSA", [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}); }},
                      Row{"RSAPSS",
                          [] {
                            EVP_PKEY* key = nullptr;
                            EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr);
                            EVP_PKEY_keygen_init(context);
                            EVP_PKEY_keygen(context, &key);
                            EVP_PKEY_CTX_free(context);
                            return key;
                          }},
                      Row{"P256", [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"); }},
                      Row{"Ed25519", [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); }},
                      Row{"Ed448", [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"); }}),
    ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::internal
