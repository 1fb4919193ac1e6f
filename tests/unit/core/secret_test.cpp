// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include <easypost_connect/secret.hpp>

namespace easypost_connect {
namespace {

template <typename T, typename = void>
struct is_streamable : std::false_type {};
template <typename T>
struct is_streamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <typename T, typename = void>
struct is_iterable : std::false_type {};
template <typename T>
struct is_iterable<T, std::void_t<decltype(std::begin(std::declval<const T&>()))>> : std::true_type {};

static_assert(is_streamable<std::string>::value && is_iterable<std::string>::value, "the traits can tell");
static_assert(!is_streamable<Secret>::value, "a secret is never printed by accident");
static_assert(!is_iterable<Secret>::value, "nor read character by character");
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_constructible_v<std::string, Secret> && !std::is_constructible_v<std::string_view, Secret>);
static_assert(!std::is_convertible_v<Secret, const char*> && !std::is_convertible_v<Secret, bool>);
static_assert(!std::is_convertible_v<std::string, Secret>, "making a secret is visible in the code");
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_copy_constructible_v<Secret>);

TEST(Secret, ExposesWhatItWasMadeFrom) {
  const Secret secret("canary-secret-1");
  EXPECT_TRUE(secret.expose() == "canary-secret-1");
  EXPECT_EQ(secret.size(), 15U);
  EXPECT_FALSE(secret.empty());
}

TEST(Secret, IsEmptyByDefaultAndFromAnEmptyText) {
  for (const Secret& secret : {Secret(), Secret("")}) {
    EXPECT_TRUE(secret.empty());
    EXPECT_EQ(secret.size(), 0U);
    EXPECT_TRUE(secret.expose().empty());
    EXPECT_EQ(*secret.expose().data(), '\0');
  }
}

TEST(Secret, IsFollowedByANul) {
  const std::string text = "canary-secret-and-more";
  const Secret secret(std::string_view(text).substr(0, 13));
  EXPECT_EQ(secret.expose().size(), 13U);
  EXPECT_EQ(secret.expose().data()[13], '\0');
}

TEST(Secret, CopiesItsText) {
  std::string text = "canary-secret-1";
  const Secret secret(text);
  text.assign(text.size(), 'x');
  EXPECT_TRUE(secret.expose() == "canary-secret-1");
}

TEST(Secret, CopiesShareOneBuffer) {
  const Secret secret("canary-secret-1");
  const Secret copy = secret;  // NOLINT(performance-unnecessary-copy-initialization): the copy is the point
  EXPECT_EQ(copy.expose().data(), secret.expose().data());
}

TEST(Secret, ACopyOutlivesTheOriginal) {
  Secret copy;
  {
    const Secret original("canary-secret-1");
    copy = original;
  }
  EXPECT_TRUE(copy.expose() == "canary-secret-1");
}

TEST(Secret, KeepsNulsInside) {
  const Secret secret(std::string_view("canary-secret\0tail", 18));
  EXPECT_EQ(secret.size(), 18U);
  EXPECT_TRUE(secret != Secret("canary-secret"));
}

TEST(Secret, ComparesByContents) {
  const Secret secret("canary-secret-1");
  EXPECT_TRUE(secret == Secret("canary-secret-1"));
  EXPECT_TRUE(secret != Secret("canary-secret-2"));
  EXPECT_TRUE(secret != Secret("canary-secret-"));
  EXPECT_TRUE(secret != Secret());
  EXPECT_TRUE(Secret() == Secret(""));
}

TEST(Secret, IsEmptyAfterAMove) {
  Secret secret("canary-secret-1");
  const Secret moved = std::move(secret);
  EXPECT_TRUE(moved.expose() == "canary-secret-1");
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): must not point at what it gave away
  EXPECT_EQ(secret.expose().size(), 0U);
}

}  // namespace
}  // namespace easypost_connect
