// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"
#include "core/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::seconds;

constexpr seconds kLongest{24 * 3600};
constexpr std::size_t kLongestValue = 256;
constexpr std::string_view kDigits = "0123456789";

/// IMF-fixdate comes first, then the two obsolete forms that a recipient has to accept, and three that no RFC allows
/// here and no reader mistakes. The zone follows.
constexpr const char* kDateFormats[] = {"%a, %d %b %Y %H:%M:%S", "%A, %d-%b-%y %H:%M:%S", "%a %b %d %H:%M:%S %Y",
                                        "%a, %d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S",     "%Y-%m-%dT%H:%M:%S"};

/// Returns a time of which nothing is set. get_time() leaves fields as they are when the text ends before the format
/// does, which it does not call a failure.
std::tm unset() noexcept {
  std::tm parts{};
  parts.tm_year = parts.tm_mon = parts.tm_mday = parts.tm_hour = parts.tm_min = parts.tm_sec = -1;
  return parts;
}

bool is_whole(const std::tm& parts) noexcept {
  return std::min({parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec}) >= 0;
}

std::string_view take_digits(std::string_view& text) noexcept {
  const std::string_view digits = text.substr(0, text.find_first_not_of(kDigits));
  text.remove_prefix(digits.size());
  return digits;
}

/// Returns how far the zone is ahead of UTC; nothing when it is none of those whose meaning is beyond doubt.
std::optional<seconds> parse_zone(std::string_view zone) {
  for (const std::string_view utc : {"", "GMT", "UTC", "UT", "Z"}) {
    if (equals_ignoring_case(zone, utc)) return seconds(0);
  }
  const int sign = zone.front() == '+' ? 1 : -1;
  if (zone.front() != '+' && zone.front() != '-') return std::nullopt;
  zone.remove_prefix(1);
  std::string digits(take_digits(zone));
  if (digits.size() == 2 && !zone.empty() && zone.front() == ':') zone.remove_prefix(1);
  digits += take_digits(zone);
  if (digits.size() != 4 || !zone.empty()) return std::nullopt;
  const int number = std::stoi(digits);
  return seconds(sign * (number / 100 * 3600 + number % 100 * 60));
}

/// Returns the seconds since 1970, because a time_point of the wall clock would overflow in the year 2262.
std::optional<seconds> parse_date(std::string_view value) {
  for (const char* format : kDateFormats) {
    std::istringstream text{std::string(value)};
    text.imbue(std::locale::classic());  // the host program may run in another language
    std::tm parts = unset();
    text >> std::get_time(&parts, format);
    if (text.fail() || !is_whole(parts)) continue;
    const auto read = text.eof() ? value.size() : static_cast<std::size_t>(text.tellg());
    std::string_view rest = value.substr(read);
    if (rest.size() > 1 && rest.front() == '.') {  // parts of a second
      rest.remove_prefix(1);
      take_digits(rest);
    }
    const auto zone = parse_zone(trim(rest));
    return zone ? std::optional(seconds(seconds_of(parts)) - *zone) : std::nullopt;
  }
  return std::nullopt;
}

/// Reads a number that is not negative, whole or not, and rounds it up, to at most `most`. Leaves `text` with what
/// follows.
std::optional<std::int64_t> take_number(std::string_view& text, std::int64_t most) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const std::string_view whole = take_digits(text);
  if (whole.empty()) return std::nullopt;
  std::int64_t number = most;  // stays so when it is too large to read
  std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const bool more = take_digits(text).find_first_not_of('0') != std::string_view::npos;
    if (more && number < most) ++number;
  }
  return std::min(number, most);
}

std::optional<seconds> parse_duration(std::string_view text) {
  const auto count = take_number(text, kLongest.count());
  text = trim(text);
  for (const std::string_view unit : {"", "s", "sec", "secs", "second", "seconds"}) {
    if (count && equals_ignoring_case(text, unit)) return seconds(*count);
  }
  return std::nullopt;
}

std::optional<seconds> parse_one(std::string_view value, WallTime now) {
  if (const auto duration = parse_duration(value)) return duration;
  const auto date = parse_date(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - std::chrono::floor<seconds>(now.time_since_epoch()), seconds(0), kLongest);
}

std::optional<seconds> parse_milliseconds(std::string_view value) {
  value = trim(value);
  const auto count = take_number(value, std::chrono::milliseconds(kLongest).count());
  if (!count || !value.empty()) return std::nullopt;
  return std::chrono::ceil<seconds>(std::chrono::milliseconds(*count));
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, WallTime now) {
  value = trim(value);
  if (value.size() > 2 && value.front() == '"' && value.back() == '"') value = trim(value.substr(1, value.size() - 2));
  if (value.empty() || value.size() > kLongestValue) return std::nullopt;
  if (const auto one = parse_one(value, now)) return one;
  std::optional<seconds> longest;  // a list comes about when a gateway adds its own to that of the server
  while (!value.empty()) {
    const std::string_view part = value.substr(0, value.find(','));
    longest = std::max(longest, parse_one(trim(part), now));
    value.remove_prefix(std::min(part.size() + 1, value.size()));
  }
  return longest;
}

std::optional<WallTime> parse_time(std::string_view value) {
  const auto date = value.size() <= kLongestValue ? parse_date(trim(value)) : std::nullopt;
  if (!date || *date > std::chrono::floor<seconds>(WallTime::max().time_since_epoch())) return std::nullopt;
  return WallTime(*date);
}

std::optional<seconds> retry_after(const Headers& headers, WallTime now) {
  std::optional<seconds> longest;  // an empty optional is less than any other
  for (const HeaderField field : headers) {
    if (equals_ignoring_case(field.name, "retry-after"))
      longest = std::max(longest, parse_retry_after(field.value, now));
  }
  if (longest) return longest;
  for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    if (const auto value = headers.find(name)) longest = std::max(longest, parse_milliseconds(*value));
  }
  return longest;
}

}  // namespace easypost_connect::internal
