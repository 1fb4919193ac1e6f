// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_time.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace easypost_connect::internal {

std::optional<WallTime> to_wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  using std::chrono::system_clock;
  constexpr std::time_t kEarliest = -2'208'988'800;  // 1900-01-01: what is left until now still fits into a duration
  const std::time_t latest = system_clock::to_time_t(WallTime::max());
  return system_clock::from_time_t(std::clamp(timegm(&parts), kEarliest, latest));
}

std::string to_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable time";
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

bool is_over(const X509* certificate, WallTime now) {
  const auto end = to_wall_time(X509_get0_notAfter(certificate));
  return end && *end < now;
}

bool is_yet_to_come(const X509* certificate, WallTime now) {
  const auto begin = to_wall_time(X509_get0_notBefore(certificate));
  return begin && *begin > now;
}

}  // namespace easypost_connect::internal
