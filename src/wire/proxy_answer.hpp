// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <string_view>
#include <vector>

#include <easypost_connect/headers.hpp>

#include "core/ascii.hpp"
#include "core/auth_challenge.hpp"

namespace easypost_connect::internal {

/// Of what a proxy answers to CONNECT, how it wants to know its user.
class ProxyAnswer {
 public:
  void clear() noexcept {
    fields_.clear();
    count_ = 0;
  }

  /// A status line, or a header with its line end. False: out of memory.
  [[nodiscard]] bool add_line(std::string_view line) noexcept try {
    if (line.substr(0, 5) == "HTTP/") {  // the answer to another try
      fields_.clear();
      ++count_;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), kField)) return true;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
    if (fields_.size() < kMostFields) fields_.add(kField, trim(value));
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  /// How many there were since clear(); the challenges are the last one's.
  [[nodiscard]] int count() const noexcept { return count_; }
  [[nodiscard]] std::vector<AuthChallenge> challenges() const { return auth_challenges(fields_, kField); }

 private:
  static constexpr std::string_view kField = "proxy-authenticate";
  static constexpr std::size_t kMostFields = 32;

  Headers fields_;
  int count_ = 0;
};

}  // namespace easypost_connect::internal
