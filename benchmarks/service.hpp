// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace easypost_connect::benchmark {

/// Service tells where the service is and the credentials for it, for the clients that do not read the environment
/// themselves. Certificate, key and authority are PEM text or the path of a file; no authority means the system's.
struct Service {
  std::string api_url;
  std::string token_url;
  std::string certificate;
  std::string private_key;
  std::string authority;
  std::string api_key;
  std::string client_id;
  std::string client_secret;

  /// Reads the EASYPOST_CONNECT_* variables. Throws std::runtime_error.
  [[nodiscard]] static Service from_environment();

  /// The body of a token request. The secrets of a benchmark need no encoding.
  [[nodiscard]] std::string token_form() const;
};

/// The parts of "https://host:port/path", as the driver writes them, for the clients that do not take it whole.
struct Target {
  explicit Target(const std::string& url);

  std::string host;
  std::string port;
  std::string path;
};

/// The token in a token endpoint's answer. Throws std::runtime_error.
[[nodiscard]] std::string access_token_in(const std::string& answer);

}  // namespace easypost_connect::benchmark
