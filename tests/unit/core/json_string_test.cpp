// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

std::string json_string(std::string_view value) {
  std::string out;
  append_json_string(out, value);
  return out;
}

TEST(JsonString, EscapesWhatJsonDoesNotTake) {
  constexpr struct {
    std::string_view value;
    std::string_view json;
  } kTable[] = {
      {"", R"("")"},
      {"plain /text", R"("plain /text")"},
      {R"(a "quote" and a \ )", R"("a \"quote\" and a \\ ")"},
      {"line\r\nend\tand \x1b[31m \x7f", R"("line\u000d\u000aend\u0009and \u001b[31m \u007f")"},
      {{"nul\0nul", 7}, R"("nul\u0000nul")"},
      {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x93\xAE", "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x93\xAE\""},
      {"half \xC3", "\"half \xEF\xBF\xBD\""},
      {"Latin-1 \xE9t\xE9", "\"Latin-1 \xEF\xBF\xBDt\xEF\xBF\xBD\""},
      {"overlong \xC0\xAF", "\"overlong \xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"surrogate \xED\xA0\x80", "\"surrogate \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"beyond \xF4\x90\x80\x80", "\"beyond \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& [value, json] : kTable) {
    EXPECT_EQ(json_string(value), json);
    EXPECT_TRUE(nlohmann::json::accept(json_string(value))) << json;
  }
}

}  // namespace
}  // namespace easypost_connect::unit_test
