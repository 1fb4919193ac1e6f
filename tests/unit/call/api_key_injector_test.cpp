// SPDX-License-Identifier: Apache-2.0
#include "call/api_key_injector.hpp"

#include <gtest/gtest.h>

#include "test_credentials.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::kApiKey;

TEST(ApiKeyInjector, PutsTheKeyOnACall) {
  CallContext context;
  ApiKeyInjector(Secret(kApiKey)).apply(context);
  ASSERT_EQ(context.credentials.size(), 1U);
  EXPECT_EQ(context.credentials[0].name, "x-api-key");
  EXPECT_TRUE(context.credentials[0].value == Secret(kApiKey));
}

TEST(ApiKeyInjector, SharesTheKeyInsteadOfCopyingIt) {
  const Secret key(kApiKey);
  CallContext context;
  ApiKeyInjector(key).apply(context);
  EXPECT_EQ(context.credentials[0].value.expose().data(), key.expose().data());
}

TEST(ApiKeyInjector, LeavesTheOtherCredentialsAlone) {
  CallContext context;
  context.credentials.push_back({"authorization", Secret("canary-secret")});
  ApiKeyInjector(Secret(kApiKey)).apply(context);
  ASSERT_EQ(context.credentials.size(), 2U);
  EXPECT_EQ(context.credentials[0].name, "authorization");
}

}  // namespace
}  // namespace easypost_connect::internal
