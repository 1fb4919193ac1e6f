// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_handle.hpp"

#include <string>

#include <gtest/gtest.h>

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

TEST(CurlHandle, ReadsInformation) {
  const CurlHandle handle;
  EXPECT_EQ(handle.info<long>(CURLINFO_RESPONSE_CODE), 0);
}

}  // namespace
}  // namespace easypost_connect::internal
