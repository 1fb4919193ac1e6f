// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// By what a proxy is to know its user.
enum class ProxyLogin {
  kNone,
  kTicket,    ///< Kerberos: the variable has an empty user (http://:@host), as curl wants it
  kPassword,  ///< the variable holds a user
};

/// The proxy that the environment names for https URLs, read as libcurl reads it.
struct ProxySetting {
  std::string variable;  ///< that names it, as "https_proxy"; empty: none does
  std::string scheme;    ///< "http", "https", "socks5h"
  std::string host;
  std::string port;  ///< empty: the variable has none, and libcurl takes its default
  ProxyLogin login = ProxyLogin::kNone;
  /// Why libcurl cannot use it, or takes something else for its host than what was meant; empty: nothing is wrong. Then
  /// host and port are empty, because what libcurl takes for the host may be a part of the password.
  std::string flaw;
  Secrets login_secrets{};  ///< user and password, also of a value that libcurl cannot use

  [[nodiscard]] bool none() const noexcept { return variable.empty(); }
  [[nodiscard]] bool is_socks() const noexcept { return scheme.compare(0, 5, "socks") == 0; }
  /// "proxy.corp:3128 (https_proxy)"
  [[nodiscard]] std::string place() const;
};

/// As libcurl does for every new connection: the first of https_proxy, HTTPS_PROXY, all_proxy and ALL_PROXY that is not
/// empty.
[[nodiscard]] ProxySetting proxy_setting();

/// Whether libcurl would go through a proxy that is set to reach `url`: no_proxy says so. Nothing is looked up or sent.
[[nodiscard]] bool goes_through_proxy(const std::string& url);

/// CURLOPT_PROXYAUTH for a proxy that is set like this.
///
/// Not CURLAUTH_ANY: of a proxy that offers Negotiate beside others, libcurl would choose Negotiate, and give up when
/// there is no ticket although a password was given (measured: 7.88.1). With several schemes libcurl asks without a
/// password first and then takes the best one offered, so that a password goes out in clear (Basic) only to a proxy
/// that wants it so. That costs a round trip for each new connection, and no more connections.
[[nodiscard]] long proxy_schemes(ProxyLogin login) noexcept;

}  // namespace easypost_connect::internal
