// SPDX-License-Identifier: Apache-2.0
#include "core/secrets.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kSize = 100;  // large enough for a buffer on the heap

/// Looks at the buffer that `text` still owns, beyond its size too.
bool is_clean(const std::string& text, const char* buffer) {
  return text.data() == buffer && std::all_of(buffer, buffer + kSize, [](char c) { return c == '\0'; });
}

TEST(Wipe, OverwritesTheTextAndEmptiesIt) {
  std::string text(kSize, 's');
  const char* buffer = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_TRUE(is_clean(text, buffer));
}

TEST(Wipe, OverwritesTheUnusedPartOfTheBuffer) {
  std::string text(kSize, 's');
  const char* buffer = text.data();
  text.resize(3);
  wipe(text);
  EXPECT_TRUE(is_clean(text, buffer));
}

TEST(Wipe, AcceptsShortAndEmptyTexts) {
  for (const char* original : {"", "s", "short"}) {
    std::string text = original;
    wipe(text);
    EXPECT_TRUE(text.empty());
  }
}

TEST(WipeOnExit, WipesAtTheEndOfTheScope) {
  std::string text(kSize, 's');
  const char* buffer = text.data();
  {
    const WipeOnExit guard(text);
    EXPECT_EQ(text.size(), kSize);
  }
  EXPECT_TRUE(is_clean(text, buffer));
}

TEST(WipeOnExit, WipesWhenTheScopeIsLeftByAnException) {
  std::string text(kSize, 's');
  const char* buffer = text.data();
  try {
    const WipeOnExit guard(text);
    throw std::runtime_error("out of here");
  } catch (const std::runtime_error&) {
    EXPECT_TRUE(is_clean(text, buffer));
  }
}

}  // namespace
}  // namespace easypost_connect::internal
