// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <easypost_connect/secret.hpp>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {

/// step-ca on loopback: an authority whose client certificates may live for 20 s, and renew themselves. Throws, with
/// the end of its log, when it does not start, and with its answer when it refuses a request.
class StepCa {
 public:
  /// The shortest life that it grants, counted from its answer; the certificate itself begins a minute earlier.
  static constexpr std::chrono::seconds kShortestLife{20};

  StepCa();

  /// The root of all its certificates, PEM. Each certificate comes with the intermediate authority behind it.
  [[nodiscard]] const std::string& root() const noexcept { return root_.certificate(); }

  /// Asks with a one-time token for a certificate and its chain, for a new key.
  [[nodiscard]] sandbox::IssuedCertificate issue(const std::string& common_name, std::chrono::seconds life);
  /// Shows a certificate, and asks for another one for the same key, of the same life.
  [[nodiscard]] sandbox::IssuedCertificate renew(const sandbox::IssuedCertificate& current);
  /// Shows a certificate, and asks for another one for a new key, of the same life.
  [[nodiscard]] sandbox::IssuedCertificate rekey(const sandbox::IssuedCertificate& current,
                                                 const std::string& common_name);

 private:
  void write_configuration() const;
  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_); }
  [[nodiscard]] Secret one_time_token(const std::string& common_name) const;
  /// Sends JSON, without a client certificate if that is empty, and returns the chain of the new certificate.
  [[nodiscard]] std::string ask(const std::string& path, const std::string& body,
                                const sandbox::IssuedCertificate& shown) const;

  PrivateFolder folder_;
  sandbox::CertificateAuthority root_{"step-ca root"};
  sandbox::IssuedCertificate provisioner_ = sandbox::issue_self_signed();  // an RSA key, which signs one-time tokens
  int port_ = free_ports(1).front();
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
