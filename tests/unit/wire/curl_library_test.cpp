// SPDX-License-Identifier: Apache-2.0
#include "wire/curl_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;

TEST(CheckTlsBackend, AcceptsTheOpenSslThisLibraryLinks) {
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.19", "3.0.19"), IsOk());
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.19 (GnuTLS/3.7.9)", "3.0.19"), IsOk());
  EXPECT_THAT(check_tls_backend("(GnuTLS/3.7.9) OpenSSL/3.0.19", "3.0.19"), IsOk());
}

TEST(CheckTlsBackend, KnowsTheLettersOfLibcurlBefore777) {
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.0", "3.0.0"), IsOk());
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.0a", "3.0.1"), IsOk());
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.0s", "3.0.19"), IsOk());
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.0z", "3.0.26"), IsOk());
  EXPECT_THAT(check_tls_backend("OpenSSL/3.5.0zb", "3.5.27"), IsOk());
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.0s", "3.0.18"), IsError(ErrorCode::kInvalidOption));
  EXPECT_THAT(check_tls_backend("OpenSSL/3.0.0", "3.0.19"), IsError(ErrorCode::kInvalidOption));
}

TEST(CheckTlsBackend, RefusesEverythingElse) {
  for (const char* backends :
       {"", "GnuTLS/3.7.9", "(OpenSSL/3.0.19) GnuTLS/3.7.9", "OpenSSL/3.0.1", "OpenSSL/3.0.190", "OpenSSL/1.1.1n",
        "OpenSSL/3.0.19-quic", "LibreSSL/3.0.19", "BoringSSL", "OpenSSL", "no TLS", "xOpenSSL/3.0.19", "  "}) {
    EXPECT_THAT(check_tls_backend(backends, "3.0.19"),
                AllOf(IsError(ErrorCode::kInvalidOption), Says(backends), Says("OpenSSL/3.0.19")));
  }
}

TEST(CheckCurlLibrary, PassesHereAndAgain) {
  EXPECT_THAT(check_curl_library(), IsOk());
  EXPECT_THAT(check_curl_library(), IsOk());
}

}  // namespace
}  // namespace easypost_connect::internal
