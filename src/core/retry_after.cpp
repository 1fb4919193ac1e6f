// SPDX-License-Identifier: Apache-2.0
#include "core/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>

#include "core/ascii.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::seconds;

constexpr seconds kLongest{24 * 3600};

/// IMF-fixdate, then the two obsolete forms that a recipient has to accept.
constexpr const char* kDateFormats[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %d %H:%M:%S %Y"};

/// Since 1970: a time_point of the wall clock would overflow in the year 2262.
std::optional<seconds> parse_http_date(std::string_view value) {
  for (const char* format : kDateFormats) {
    std::istringstream text{std::string(value)};
    text.imbue(std::locale::classic());  // the host program may run in another language
    std::tm parts{};
    text >> std::get_time(&parts, format);
    if (!text.fail()) return seconds(timegm(&parts));
  }
  return std::nullopt;
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, WallTime now) {
  value = trim(value);
  if (value.empty() || value.size() > 64) return std::nullopt;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t count = kLongest.count();  // stays so when the number is too large to read
    std::from_chars(value.data(), value.data() + value.size(), count);
    return std::min(seconds(count), kLongest);
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - std::chrono::floor<seconds>(now.time_since_epoch()), seconds(0), kLongest);
}

std::optional<seconds> retry_after(const Headers& headers, WallTime now) {
  const auto value = headers.find("retry-after");
  return value ? parse_retry_after(*value, now) : std::nullopt;
}

}  // namespace easypost_connect::internal
