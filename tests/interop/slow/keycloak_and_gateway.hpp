// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {

/// Keycloak with the realm "partners", and nginx as a gateway that takes its tokens, both on loopback. The constructor
/// returns when both answer, after minutes; it throws when one does not, and says why.
class KeycloakAndGateway {
 public:
  KeycloakAndGateway();

  [[nodiscard]] std::string token_url(const std::string& realm = "partners") const;
  /// Returns options of a partner of this gateway. `client_id` is one of those in realm.json.in.
  [[nodiscard]] ClientOptions client_options(const std::string& client_id) const;
  /// Makes a certificate that the gateway takes.
  [[nodiscard]] ClientCertificate new_certificate() const;

 private:
  void write_certificates() const;
  void start_keycloak();
  void start_gateway();
  /// Returns the key that the tokens are signed with: base64 of a SubjectPublicKeyInfo (RFC 5280, section 4.1).
  [[nodiscard]] std::string issuer_key() const;

  PrivateFolder folder_;
  sandbox::CertificateAuthority authority_;
  std::vector<int> ports_ = free_ports(2);
  int keycloak_port_ = ports_[0];
  int gateway_port_ = ports_[1];
  std::string api_key_;
  std::string client_secret_;
  std::optional<ChildProcess> keycloak_;
  std::optional<ChildProcess> gateway_;
};

}  // namespace easypost_connect::interop
