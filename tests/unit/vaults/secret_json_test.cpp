// SPDX-License-Identifier: Apache-2.0
#include "vaults/secret_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

TEST(SecretJson, ReadsEachKind) {
  const auto json = parse_secret_json(
      R"({"text":"a","number":7,"digits":"42","true":true,"list":["x",{"in":"y"}],"deep":{"er":{"name":"z"}}})");
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(text_at(json, "text"), "a");
  EXPECT_EQ(number_at(json, 0, "number"), 7);
  EXPECT_EQ(number_at(json, 0, "digits"), 42);
  EXPECT_TRUE(is_true_at(json, "true"));
  EXPECT_EQ(first_at(json, "list").text(), "x");
  EXPECT_EQ(text_at(json, "deep", "er", "name"), "z");
}

TEST(SecretJson, HasADefaultForWhatIsMissingOrOfAnotherKind) {
  const auto json = parse_secret_json(R"({"text":"a","number":1.5,"huge":99999999999999999999,"list":[],"none":null})");
  for (const char* const name : {"number", "list", "none", "absent"}) EXPECT_EQ(text_at(json, name), "") << name;
  for (const char* const name : {"text", "number", "huge", "list", "none", "absent"}) {
    EXPECT_EQ(number_at(json, -1, name), -1) << name;
    EXPECT_FALSE(is_true_at(json, name)) << name;
    EXPECT_EQ(first_at(json, name).kind(), SecretJson::Kind::kNothing) << name;
    EXPECT_EQ(find_member(json, name, "deeper"), nullptr) << name;
  }
}

TEST(SecretJson, TakesTheLastOfTwoMembersWithOneName) {
  EXPECT_EQ(text_at(parse_secret_json(R"({"a":"1","a":"2"})"), "a"), "2");
}

TEST(SecretJson, IsNothingWhenTheTextIsNoJson) {
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  for (const std::string& text : {std::string(), std::string("{"), std::string("{\"a\":\"\xff\"}"),
                                  std::string("{} {}"), std::string("nul"), deep}) {
    EXPECT_EQ(parse_secret_json(text).kind(), SecretJson::Kind::kNothing) << text;
  }
  EXPECT_EQ(parse_secret_json(deep.substr(1, 64)).kind(), SecretJson::Kind::kArray);
}

TEST(SecretJson, WritesWhatItHasRead) {
  for (const char* const text :
       {R"({"a":"\u001f\"\\/é","b":[1,-2,true,false,null,{}],"c":{"d":"e"}})", "[]", R"("text")"}) {
    EXPECT_EQ(parse_secret_json(text).dump().expose(), text);
  }
  EXPECT_EQ(parse_secret_json("[1.5]").dump().expose(), "[0.5]");
}

}  // namespace
}  // namespace easypost_connect::internal
