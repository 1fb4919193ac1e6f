// SPDX-License-Identifier: Apache-2.0
// What a FIPS provider cannot open is named as that, and not as a wrong passphrase. Debian has no such provider, so the
// default one stands in for it, without the algorithms in question.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "core/openssl_handles.hpp"
#include "identity/certificate_and_key.hpp"
#include "identity/private_key.hpp"
#include "result_matchers.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

OSSL_PROVIDER* default_provider() {
  static OSSL_PROVIDER* const loaded = OSSL_PROVIDER_load(OSSL_LIB_CTX_new(), "default");
  return loaded;
}

bool is_approved(const OSSL_ALGORITHM& algorithm) {
  const std::string_view names = algorithm.algorithm_names;
  return names.find("PKCS12KDF") == std::string_view::npos && names.find("MD5") == std::string_view::npos;
}

const OSSL_ALGORITHM* approved_algorithms(void* /*context*/, int operation, int* no_cache) noexcept {
  static std::vector<std::vector<OSSL_ALGORITHM>> kept;  // OpenSSL goes on reading them
  std::vector<OSSL_ALGORITHM> approved;
  const auto* each = OSSL_PROVIDER_query_operation(default_provider(), operation, no_cache);
  for (; each != nullptr && each->algorithm_names != nullptr; ++each) {
    if (is_approved(*each)) approved.push_back(*each);
  }
  approved.push_back({nullptr, nullptr, nullptr, nullptr});
  kept.push_back(std::move(approved));
  return kept.back().data();
}

int begin(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* /*core*/, const OSSL_DISPATCH** functions,
          void** context) noexcept {
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)(void)>(approved_algorithms)}, {0, nullptr}};
  *functions = kFunctions;
  *context = OSSL_PROVIDER_get0_provider_ctx(default_provider());
  return 1;
}

/// While it lives, OpenSSL has on this thread what is approved, and nothing else.
class ApprovedOnly {
 public:
  ApprovedOnly() {
    static OSSL_LIB_CTX* const library = [] {
      OSSL_LIB_CTX* const made = OSSL_LIB_CTX_new();
      OSSL_PROVIDER_add_builtin(made, "approved", begin);
      OSSL_PROVIDER_load(made, "approved");
      OSSL_PROVIDER_load(made, "base");  // reads files
      return made;
    }();
    before_ = OSSL_LIB_CTX_set0_default(library);
  }
  ~ApprovedOnly() { OSSL_LIB_CTX_set0_default(before_); }
  ApprovedOnly(const ApprovedOnly&) = delete;
  ApprovedOnly& operator=(const ApprovedOnly&) = delete;

 private:
  OSSL_LIB_CTX* before_ = nullptr;
};

/// The client as a PKCS #12 file. `encryption` is that of its bags; `iterations` of -1: it has no MAC.
TlsMaterial pkcs12(int encryption, int iterations) {
  const auto chain = parse_certificates(Secret(good_client().certificate), kCertificateField).value();
  const auto key = parse_private_key(Secret(good_client().private_key), {}, kPrivateKeyField).value();
  const Pkcs12Ptr made(PKCS12_create(std::string(kPassphrase).c_str(), "client", key.get(), chain.front().get(),
                                     nullptr, encryption, encryption, 0, iterations, 0));
  const BioPtr bio = memory_bio();
  i2d_PKCS12_bio(bio.get(), made.get());
  return TlsMaterial::in_memory(Secret(written_to(bio)));
}

/// The client's key in PEM that is older than PKCS #8.
TlsMaterial key_with_dek_info() {
  const auto key = parse_private_key(Secret(good_client().private_key), {}, kPrivateKeyField).value();
  const BioPtr bio = memory_bio();
  std::string passphrase(kPassphrase);
  PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), EVP_aes_256_cbc(),
                                       reinterpret_cast<unsigned char*>(passphrase.data()),
                                       static_cast<int>(passphrase.size()), nullptr, nullptr);
  return TlsMaterial::in_memory(Secret(written_to(bio)));
}

struct Case {
  const char* name;
  ClientCertificate given;
  const char* lacking;  ///< the message names this; null: the file is opened
};

TEST(FipsProvider, WhatItCannotOpenIsNamed) {
  const Secret passphrase(kPassphrase);
  const auto certificate = pem(good_client().certificate);
  const std::vector<Case> cases = {
      {"PKCS #12", {pkcs12(NID_aes_256_cbc, 0), {}, passphrase}, "PKCS12KDF"},
      {"PKCS #12 without a MAC", {pkcs12(NID_aes_256_cbc, -1), {}, passphrase}, nullptr},
      {"PKCS #12 of 3DES without a MAC",
       {pkcs12(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, -1), {}, passphrase},
       "PKCS12KDF"},
      {"DEK-Info", {certificate, key_with_dek_info(), passphrase}, "md5"},
      {"PKCS #8", {pem(encrypted_client().certificate), pem(encrypted_client().private_key), passphrase}, nullptr},
  };
  for (const auto& [name, given, lacking] : cases) {
    SCOPED_TRACE(name);
    EXPECT_THAT(load_certificate_and_key(given), IsOk());  // OpenSSL has its usual algorithms here
    const ApprovedOnly approved_only;
    const auto found = load_certificate_and_key(given);
    if (lacking == nullptr) {
      EXPECT_THAT(found, IsOk());
    } else {
      EXPECT_THAT(found, AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate),
                               Says(lacking), Not(Says("passphrase"))));
    }
  }
}

}  // namespace
}  // namespace easypost_connect::unit_test
