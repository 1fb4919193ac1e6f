// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string>
#include <vector>

#include <easypost_connect/error.hpp>

#include "core/auth_challenge.hpp"
#include "wire/proxy_setting.hpp"

namespace easypost_connect::internal {

/// What is known of the proxy of a transfer that brought no answer.
struct ProxyEvidence {
  ProxySetting setting;                   ///< none(): the transfer went without a proxy
  bool passed = false;                    ///< the way through the proxy stood; what failed came after
  long status = 0;                        ///< CURLINFO_HTTP_CONNECTCODE: its answer to CONNECT; 0: none
  int answers = 0;                        ///< to CONNECT: a password goes out with the second, when it is taken at all
  std::vector<AuthChallenge> challenges;  ///< of the last one
  long socks_error = 0;                   ///< CURLINFO_PROXY_ERROR
  long verify_result = 0;                 ///< CURLINFO_PROXY_SSL_VERIFYRESULT
  int alert = -1;                         ///< the TLS alert it sent; -1: none

  [[nodiscard]] bool failed() const noexcept { return !setting.none() && !passed; }
};

/// What a transfer that did not come through its proxy failed at: never sent, never about a credential of the API. Says
/// nothing of libcurl's text, which quotes the variable with its password in it (measured).
Error proxy_error(CURLcode code, const ProxyEvidence& proxy);

}  // namespace easypost_connect::internal
