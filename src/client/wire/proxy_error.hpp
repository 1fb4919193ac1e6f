// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/error.hpp>
#include <easypost_connect/headers.hpp>

#include "core/answer_fields.hpp"
#include "core/text.hpp"
#include "wire/proxy_setting.hpp"

namespace easypost_connect::internal {

/// Collects how a proxy wants to know its user, from what it answers to CONNECT.
class ProxyAnswer {
 public:
  void clear() noexcept {
    fields_.clear();
    count_ = 0;
  }

  /// Adds a status line, or a header with its line end. Returns false if memory is short.
  [[nodiscard]] bool add_line(std::string_view line) noexcept try {
    if (line.substr(0, 5) == "HTTP/") {  // another try is answered
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

  /// Returns how many answers there were since clear(); challenges() are those of the last one.
  [[nodiscard]] int count() const noexcept { return count_; }
  [[nodiscard]] std::vector<AuthChallenge> challenges() const { return auth_challenges(fields_, kField); }

 private:
  static constexpr std::string_view kField = "proxy-authenticate";
  static constexpr std::size_t kMostFields = 32;

  Headers fields_;
  int count_ = 0;
};

/// Says what is known of the proxy of a transfer that brought no answer.
struct ProxyEvidence {
  ProxySetting setting;  ///< none() if the transfer went without a proxy
  bool passed = false;   ///< the way through the proxy stood; what failed came after
  long status = 0;       ///< CURLINFO_HTTP_CONNECTCODE: its answer to CONNECT; 0: none
  int answers = 0;       ///< answers to CONNECT; a password goes out with the second try, when it is taken at all
  std::vector<AuthChallenge> challenges;  ///< challenges in the last answer
  long socks_error = 0;                   ///< CURLINFO_PROXY_ERROR
  long verify_result = 0;                 ///< CURLINFO_PROXY_SSL_VERIFYRESULT
  int alert = -1;                         ///< the TLS alert it sent; -1: none

  [[nodiscard]] bool failed() const noexcept { return !setting.none() && !passed; }
};

/// Says what failed in a transfer that did not come through its proxy. Nothing was sent then, and no credential of the
/// API is to blame. The error does not quote libcurl, whose text has the variable with its password in it (measured).
Error proxy_error(CURLcode code, const ProxyEvidence& proxy);

/// The proxy wants to know its user (407), and was told nothing, something else, or in a way that it does not take.
Error proxy_login_error(const ProxyEvidence& proxy);

/// Says the same of a SOCKS proxy, which does not say what it takes.
Error socks_login_error(const ProxyEvidence& proxy);

}  // namespace easypost_connect::internal
