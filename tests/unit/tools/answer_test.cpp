// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace easypost_connect::unit_test {
namespace {

using namespace tool;

Terminal terminal_of_80_columns() {
  Terminal terminal;
  terminal.width = 80;
  return terminal;
}

Response answer(std::string body) {
  Response answer;
  answer.status = 200;
  answer.headers.add("x-title", "a \x1b]0;b");
  answer.body = std::move(body);
  return answer;
}

TEST(Answer, IndentsJsonAndChangesNothingElse) {
  constexpr struct {
    const char* json;
    const char* lines;
  } kTable[] = {
      {"{}", "{}"},
      {"[ ]", "[]"},
      {"null", "null"},
      {R"({"a":1})", "{\n  \"a\": 1\n}"},
      {R"([{"a":[]},{}])", "[\n  {\n    \"a\": []\n  },\n  {}\n]"},
      {"{\r\n\t\"b\" : 1 ,\"a\":2}", "{\n  \"b\": 1,\n  \"a\": 2\n}"},
      {R"([1511399821249614354,123456789012345678901234567890,1.00,1e400,-0])",
       "[\n  1511399821249614354,\n  123456789012345678901234567890,\n  1.00,\n  1e400,\n  -0\n]"},
      {R"({"a":1,"a":2})", "{\n  \"a\": 1,\n  \"a\": 2\n}"},
      {R"(["{\"a\": [1, 2]}", "\\", "caf\u00e9 é"])",
       "[\n  \"{\\\"a\\\": [1, 2]}\",\n  \"\\\\\",\n  \"caf\\u00e9 é\"\n]"},
  };
  for (const auto& [json, lines] : kTable) EXPECT_EQ(indented(json), lines);
}

TEST(Answer, IndentsWhatIsNestedDeeplyWithoutGrowingWithItsSquare) {
  constexpr std::size_t kDepth = 20'000;
  const std::string json = std::string(kDepth, '[') + std::string(kDepth, ']');
  EXPECT_LT(indented(json).size(), kDepth * 200);
}

TEST(Answer, GoesIntoAPipeByteForByte) {
  for (const std::string& body : {std::string(), std::string(R"({"a":1})"), std::string("\x1b[2J\0\xff", 6)}) {
    EXPECT_EQ(body_of(answer(body), Terminal()), body);
  }
  EXPECT_EQ(head_of(answer(""), Terminal()), "HTTP/1.1 200\r\nx-title: a \x1b]0;b\r\n\r\n");
}

TEST(Answer, CannotControlATerminal) {
  const struct {
    std::string body;
    std::string shown;
  } table[] = {
      {"", ""},
      {"text", "text\n"},
      {"two\r\nlines\t!\n", "two\nlines\t!\n"},
      {"clear \x1b[2J, title \x1b]0;x\x07, C1 \xc2\x9b", "clear ?[2J, title ?]0;x?, C1 ?\n"},
      {"{\"a\": \"\xc2\x9b\x7f\"}", "{\n  \"a\": \"??\"\n}\n"},
      {"{\"cut\": ", "{\"cut\": \n"},
      {std::string("PDF\0", 4), "(4 bytes that are no text: --output FILE saves them, a pipe takes them)\n"},
  };
  for (const auto& [body, shown] : table) EXPECT_EQ(body_of(answer(body), terminal_of_80_columns()), shown);
  EXPECT_EQ(head_of(answer(""), terminal_of_80_columns()), "HTTP/1.1 200\nx-title: a ?]0;b\n\n");
}

}  // namespace
}  // namespace easypost_connect::unit_test
