// SPDX-License-Identifier: Apache-2.0
// Input: a line with the present as seconds since 1970, the field's value.
#include <algorithm>
#include <charconv>

#include "core/answer_fields.hpp"
#include "fuzz_support.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  using namespace std::chrono_literals;
  fuzz::Input input(data, size);
  const std::string_view present = input.line();
  std::uint32_t since_1970 = 0;
  std::from_chars(present.data(), present.data() + present.size(), since_1970);
  const internal::WallTime now{std::chrono::seconds(since_1970)};
  const std::string_view value = input.rest();

  const auto pause = internal::parse_retry_after(value, now);
  if (pause) fuzz::always(*pause >= 0s && *pause <= 24h, "a pause within a day");

  const Headers headers{{"Retry-After", value}};
  fuzz::always(internal::retry_after(headers, now) == pause, "the field means what its value means");

  const bool short_number = !value.empty() && value.size() <= 4 && value.find_first_not_of("0123456789") == value.npos;
  if (short_number) {
    int expected = 0;
    std::from_chars(value.data(), value.data() + value.size(), expected);
    fuzz::always(pause == std::chrono::seconds(expected), "a number is a number of seconds");
  }
  return 0;
}
