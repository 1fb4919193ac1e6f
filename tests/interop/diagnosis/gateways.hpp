// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certificates.hpp"
#include "child_process.hpp"
#include "private_folder.hpp"

namespace easypost_connect::interop {

enum class Tls { kTls12, kTls13 };

/// API key and tokens that the hosts "aws" and "envoy" take or refuse. The tokens are JSON web tokens, because Envoy
/// looks into them. The answers of "aws" are worded as in AWS's documentation.
struct ApiCredentials {
  std::string api_key;
  std::string token_key;  ///< signs the tokens
  std::string token;
  std::string expired_token;
  std::string token_for_another_api;
};

/// nginx, HAProxy, Apache, Node.js, Envoy and Netty on this machine, each with many hosts: what they do about client
/// certificates, which certificate they show themselves, and which version of TLS they speak. The constructor returns
/// when all answer; it throws when one does not, and says why.
class Gateways {
 public:
  Gateways(const Certificates& certificates, const ApiCredentials& api);

  /// "https://localhost:20443" of a host: "nginx", "nginx 403", "nginx optional_no_ca", "haproxy", "haproxy 403",
  /// "apache", "apache location", "node", "envoy", "netty", "aws", "proxy of a stranger". With " expired", " of another
  /// host" or " of a stranger" behind "nginx", "haproxy" and "apache": the same with a certificate of its own at fault.
  [[nodiscard]] std::string url(const std::string& host, Tls tls) const;
  /// Returns the port of Apache as a proxy, either of one that wants a user or of one that wants none.
  [[nodiscard]] int proxy_port(bool wants_user) const;

 private:
  void start(std::optional<ChildProcess>& server, const std::string& host, std::vector<std::string> command);
  int open(const std::string& host, Tls tls);
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
  void write_certificates(const Certificates& certificates) const;
  void write_nginx_configuration(const ApiCredentials& api);
  void write_haproxy_configuration();
  void write_apache_configuration();
  void write_envoy_configuration(const ApiCredentials& api);
  [[nodiscard]] std::string nginx_host(const std::string& host, const std::string& certificate,
                                       const std::string& rules);
  [[nodiscard]] std::string haproxy_binds(const std::string& host, const std::string& certificate,
                                          const std::string& verify);
  [[nodiscard]] std::string apache_host(const std::string& host, const std::string& certificate,
                                        const std::string& rules);

  PrivateFolder folder_;
  std::vector<int> free_ports_;
  std::map<std::pair<std::string, Tls>, int> ports_;
  int port_with_user_ = 0;
  int port_without_user_ = 0;
  std::optional<ChildProcess> nginx_;
  std::optional<ChildProcess> haproxy_;
  std::optional<ChildProcess> apache_;
  std::optional<ChildProcess> node_;
  std::optional<ChildProcess> envoy_;
  std::optional<ChildProcess> netty_;
};

}  // namespace easypost_connect::interop
