// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/headers.hpp>

namespace easypost_connect {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Optional;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> all_of(const Headers& headers) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const HeaderField field : headers) fields.emplace_back(field.name, field.value);
  return fields;
}

TEST(Headers, AreEmptyAtFirst) {
  const Headers headers;
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.size(), 0U);
  EXPECT_EQ(headers.find("accept"), std::nullopt);
  EXPECT_TRUE(all_of(headers).empty());
}

TEST(Headers, KeepTheOrderAndTheSpelling) {
  Headers headers{{"B-Second", "2"}, {"a-first", "1"}};
  headers.add("B-SECOND", "3");
  EXPECT_THAT(all_of(headers), ElementsAre(Pair("B-Second", "2"), Pair("a-first", "1"), Pair("B-SECOND", "3")));
}

TEST(Headers, FindTheFirstWithoutRegardToCase) {
  const Headers headers{{"Content-Type", "text/plain"}, {"content-type", "text/html"}};
  EXPECT_THAT(headers.find("CONTENT-type"), Optional(Eq("text/plain")));
}

TEST(Headers, FindWholeNamesOnly) {
  const Headers headers{{"x-request-id", "7"}};
  EXPECT_EQ(headers.find("x-request"), std::nullopt);
  EXPECT_EQ(headers.find("x-request-id-2"), std::nullopt);
  EXPECT_EQ(headers.find(""), std::nullopt);
}

TEST(Headers, TellAnEmptyValueFromNone) {
  const Headers headers{{"x-empty", ""}, {"x-next", "1"}};
  EXPECT_THAT(headers.find("x-empty"), Optional(Eq("")));
  EXPECT_THAT(headers.find("x-next"), Optional(Eq("1")));
}

TEST(Headers, HoldManyFields) {
  Headers headers;
  for (int i = 0; i < 1000; ++i)
    headers.add("x-" + std::to_string(i), std::string(static_cast<std::size_t>(i % 7), 'v'));
  ASSERT_EQ(headers.size(), 1000U);
  EXPECT_EQ(headers[999].name, "x-999");
  EXPECT_THAT(headers.find("X-500"), Optional(Eq("vvv")));
}

TEST(Headers, CopyTheirTexts) {
  std::string name = "x-name";
  std::string value = "value";
  Headers headers;
  headers.add(name, value);
  name = value = "overwritten";
  EXPECT_THAT(all_of(headers), ElementsAre(Pair("x-name", "value")));
}

TEST(Headers, AreAValue) {
  Headers headers{{"a", "1"}};
  const Headers copy = headers;
  headers.add("b", "2");
  EXPECT_EQ(copy.size(), 1U);
  EXPECT_EQ(headers.size(), 2U);
}

TEST(Headers, CanBeSearchedByTheAlgorithmsOfTheStandardLibrary) {
  const Headers headers{{"a", "1"}, {"b", "2"}};
  const auto is_b = [](const HeaderField& field) { return field.name == "b"; };
  const auto found = std::find_if(headers.begin(), headers.end(), is_b);
  ASSERT_NE(found, headers.end());
  EXPECT_EQ((*found).value, "2");
  EXPECT_EQ(std::vector<HeaderField>(headers.begin(), headers.end()).size(), 2U);
}

TEST(Headers, CanBeClearedAndFilledAgain) {
  Headers headers{{"a", "1"}};
  headers.clear();
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.find("a"), std::nullopt);
  headers.add("b", "2");
  EXPECT_THAT(all_of(headers), ElementsAre(Pair("b", "2")));
}

}  // namespace
}  // namespace easypost_connect
