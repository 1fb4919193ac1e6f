// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include <gtest/gtest.h>

#include <easypost_connect/request.hpp>

namespace easypost_connect {
namespace {

TEST(Method, IsSpelledAsOnTheWire) {
  EXPECT_EQ(to_string(Method::kGet), "GET");
  EXPECT_EQ(to_string(Method::kHead), "HEAD");
  EXPECT_EQ(to_string(Method::kPost), "POST");
  EXPECT_EQ(to_string(Method::kPut), "PUT");
  EXPECT_EQ(to_string(Method::kPatch), "PATCH");
  EXPECT_EQ(to_string(Method::kDelete), "DELETE");
}

TEST(Method, IsFollowedByANul) {  // libcurl gets it as a C string
  for (const Method method :
       {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    EXPECT_EQ(std::strlen(to_string(method).data()), to_string(method).size());
  }
}

TEST(CallOptions, HaveTheDocumentedDefaults) {
  const CallOptions options;
  EXPECT_TRUE(options.content_type.empty());
  EXPECT_FALSE(options.cancellation.can_be_cancelled());
  EXPECT_EQ(options.timeout.count(), 0);
  EXPECT_TRUE(options.query.empty());
  EXPECT_TRUE(options.headers.empty());
}

}  // namespace
}  // namespace easypost_connect
