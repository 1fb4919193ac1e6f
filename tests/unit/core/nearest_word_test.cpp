// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

TEST(NearestWord, IsTheOneThatMayBeMeant) {
  const std::vector<std::string_view> known = {"doctor", "csr", "inspect", "token", "call", "completion", "help"};
  constexpr struct {
    const char* word;
    std::string_view nearest;
  } kTable[] = {
      {"doctor", "doctor"},
      {"docter", "doctor"},
      {"dcotor", "doctor"},
      {"doctors", "doctor"},
      {"tokne", "token"},
      {"cal", "call"},
      {"calls", "call"},
      {"completions", "completion"},
      {"inspec", "inspect"},
      {"crs", "csr"},
      {"hepl", "help"},
      {"", ""},
      {"x", ""},
      {"jobs", ""},
      {"version", ""},
  };
  for (const auto& [word, nearest] : kTable) EXPECT_EQ(nearest_word(word, known), nearest) << word;
  EXPECT_EQ(nearest_word(std::string(100'000, 'a'), known), "");
  EXPECT_EQ(nearest_word("doctor", {}), "");
}

}  // namespace
}  // namespace easypost_connect::unit_test
