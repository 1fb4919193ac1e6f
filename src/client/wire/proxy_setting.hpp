// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// Says by what a proxy is to know its user.
enum class ProxyLogin {
  kNone,
  kTicket,    ///< Kerberos: the variable has an empty user (http://:@host), as curl wants it
  kPassword,  ///< the variable holds a user
};

/// The proxy that the environment names for https URLs, read as libcurl reads it.
struct ProxySetting {
  std::string variable;  ///< name of the variable, as "https_proxy"; empty if none is set
  std::string scheme;    ///< "http", "https", "socks5h"
  std::string host;
  std::string port;  ///< empty if the variable has none; libcurl then takes its default
  ProxyLogin login = ProxyLogin::kNone;
  /// Says why libcurl cannot use the proxy, or takes something else for its host than what was meant; empty if nothing
  /// is wrong. If there is a flaw, host and port are empty, because what libcurl takes for the host may be a part of
  /// the password.
  std::string flaw;
  Secrets login_secrets{};  ///< user and password, even if libcurl cannot use the value

  [[nodiscard]] bool none() const noexcept { return variable.empty(); }
  [[nodiscard]] bool is_socks() const noexcept { return scheme.compare(0, 5, "socks") == 0; }
  /// Returns where the proxy is: "proxy.corp:3128 (https_proxy)".
  [[nodiscard]] std::string place() const;
};

/// Reads the first of https_proxy, HTTPS_PROXY, all_proxy and ALL_PROXY that is not empty, as libcurl does for every
/// new connection.
[[nodiscard]] ProxySetting proxy_setting();

/// Tells whether libcurl would reach `url` through the proxy that is set, or no_proxy forbids that. Nothing is looked
/// up or sent.
[[nodiscard]] bool goes_through_proxy(const std::string& url);

/// Returns CURLOPT_PROXYAUTH for a proxy with that login.
///
/// CURLAUTH_ANY is not used: if a proxy offers Negotiate beside others, libcurl would choose Negotiate, and give up
/// when there is no ticket although a password was given (measured: 7.88.1). If several schemes are allowed, libcurl
/// asks without a password first and then takes the best one offered, so that a password goes out in clear (Basic) only
/// to a proxy that wants it so. That costs a round trip for each new connection, and no more connections.
[[nodiscard]] long proxy_schemes(ProxyLogin login) noexcept;

}  // namespace easypost_connect::internal
