// SPDX-License-Identifier: Apache-2.0
#include "wire/connection_setup.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

TEST(HostSet, KnowsThoseItWasToldOf) {
  HostSet hosts;
  EXPECT_FALSE(hosts.contains("api.test"));
  hosts.add("api.test");
  hosts.add("auth.test:8443");
  hosts.add("api.test");
  EXPECT_TRUE(hosts.contains("api.test"));
  EXPECT_TRUE(hosts.contains("auth.test:8443"));
  EXPECT_FALSE(hosts.contains("auth.test"));  // another port is another server
}

}  // namespace
}  // namespace easypost_connect::internal
