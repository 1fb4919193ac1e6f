// SPDX-License-Identifier: Apache-2.0
#include "core/redact.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

TEST(Redacted, ReplacesEveryOccurrence) {
  EXPECT_EQ(redacted("a canary-secret b canary-secretcanary-secret", Secret("canary-secret")),
            "a [redacted] b [redacted][redacted]");
}

TEST(Redacted, ReplacesThePercentEncodedFormToo) {
  EXPECT_EQ(redacted("plain canary-secret/+ and canary-secret%2F%2B.", Secret("canary-secret/+")),
            "plain [redacted] and [redacted].");
}

TEST(Redacted, LeavesOtherTextsAlone) {
  EXPECT_EQ(redacted("nothing to see", Secret("canary-secret")), "nothing to see");
  EXPECT_EQ(redacted("", Secret("canary-secret")), "");
  EXPECT_EQ(redacted("any text", Secret()), "any text");
}

TEST(Redacted, EndsWhateverTheSecretIs) {  // also when the replacement contains it
  for (const char* secret : {"red", "[redacted]", "e", "d]["}) {
    EXPECT_FALSE(redacted("red eel [redacted][redacted]", Secret(secret)).empty());
  }
}

}  // namespace
}  // namespace easypost_connect::internal
