// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"

namespace easypost_connect::interop {

struct OAuthSettings {
  std::chrono::seconds token_life{3};
  std::chrono::milliseconds token_delay{0};  ///< pause before each answer to a token request
};

/// nginx as the gateway of the API and oidc-provider as its OAuth server, on this machine, with certificates and
/// secrets made for this run. The constructor returns when both answer; it throws when one does not, and says why.
class GatewayAndOAuth {
 public:
  /// The gateway lets clients of `client_authority` (PEM) in; empty: of the authority that its own certificate is from.
  explicit GatewayAndOAuth(const OAuthSettings& settings, const std::string& client_authority = {});

  /// The path of a file of this run: "ca.pem", "server.pem", "server.key".
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.path(name); }

  /// Returns options of a partner of this gateway.
  [[nodiscard]] ClientOptions client_options() const;
  [[nodiscard]] int gateway_port() const noexcept { return gateway_port_; }
  [[nodiscard]] int oauth_port() const noexcept { return oauth_port_; }

  void stop_gateway();
  void start_gateway();
  /// New workers take over, the old ones finish what they have begun.
  void reload_gateway();

  void kill_oauth();
  void start_oauth();
  void revoke_newest_token();
  /// Counts from the beginning, across restarts.
  [[nodiscard]] std::size_t token_requests() const;

 private:
  void write_certificates(const std::string& client_authority) const;
  void write_oauth_settings(const OAuthSettings& settings) const;
  void write_gateway_configuration() const;
  [[nodiscard]] std::string url(int port, const std::string& path) const;

  PrivateFolder folder_;
  std::vector<int> ports_ = free_ports(2);
  int gateway_port_ = ports_[0];
  int oauth_port_ = ports_[1];
  std::string api_key_;
  std::string partner_secret_;
  std::string gateway_secret_;
  std::optional<ChildProcess> oauth_;
  std::optional<ChildProcess> gateway_;
};

}  // namespace easypost_connect::interop
