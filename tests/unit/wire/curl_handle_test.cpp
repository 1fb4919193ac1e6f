// SPDX-License-Identifier: Apache-2.0
#include "wire/curl_handle.hpp"

#include <string>

#include <gtest/gtest.h>

#include "wire/curl_library.hpp"

namespace easypost_connect::internal {
namespace {

TEST(CurlHandle, TakesGoodOptions) {
  CurlHandle handle;
  handle.set<CURLOPT_NOSIGNAL>(1L);
  handle.set<CURLOPT_URL>("https://api.example.test");
  handle.set<CURLOPT_CAPATH>(nullptr);
  handle.set<CURLOPT_POSTFIELDSIZE_LARGE>(static_cast<curl_off_t>(7));
  EXPECT_EQ(handle.refusal(), CURLE_OK);
}

TEST(CurlHandle, RemembersTheFirstRefusal) {
  CurlHandle handle;
  handle.set<CURLOPT_SSLVERSION>(999L);
  const CURLcode refusal = handle.refusal();
  EXPECT_NE(refusal, CURLE_OK);
  handle.set<CURLOPT_NOSIGNAL>(1L);
  EXPECT_EQ(handle.refusal(), refusal);
}

TEST(CurlHandle, LeavesOutWhatLibcurlDoesNotKnow) {
  constexpr auto kOfNoVersion = static_cast<CURLoption>(CURLOPTTYPE_LONG + 9'999);
  CurlHandle handle;
  EXPECT_TRUE(handle.offer<CURLOPT_NOSIGNAL>(1L));
  EXPECT_FALSE(handle.offer<kOfNoVersion>(1L));
  EXPECT_EQ(handle.refusal(), CURLE_OK);
  EXPECT_TRUE(handle.offer<CURLOPT_SSLVERSION>(999L));
  EXPECT_NE(handle.refusal(), CURLE_OK);
}

#if LIBCURL_VERSION_NUM >= 0x075700
TEST(NewerCurl, HasTheNumbersOfTheHeaders) {
  EXPECT_EQ(newer::kProtocolsStr, CURLOPT_PROTOCOLS_STR);
  EXPECT_EQ(newer::kQuickExit, CURLOPT_QUICK_EXIT);
  EXPECT_EQ(newer::kSslClientCert, CURLE_SSL_CLIENTCERT);
}
#endif

TEST(CurlHandle, ReadsInformation) {
  const CurlHandle handle;
  EXPECT_EQ(handle.info<long>(CURLINFO_RESPONSE_CODE), 0);
}

}  // namespace
}  // namespace easypost_connect::internal
