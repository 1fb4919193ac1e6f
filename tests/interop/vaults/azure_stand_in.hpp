// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {

/// A stand-in for Entra ID, Azure Key Vault, IMDS and App Service on loopback, azure_stand_in.py. It is a proxy to
/// clients, which so use the hosts that Azure has.
class AzureStandIn {
 public:
  static constexpr const char* kTenant = "11111111-2222-3333-4444-555555555555";
  static constexpr const char* kClient = "66666666-7777-8888-9999-000000000000";
  static constexpr const char* kClientSecret = "canary-secret-of-app+1";
  static constexpr const char* kExpiredSecret = "canary-secret-of-last-year";
  static constexpr const char* kWorkloadToken = "canary-secret.of.workload";
  static constexpr const char* kIdentityHeader = "canary-secret-header";

  AzureStandIn();

  /// The address of the proxy and of the metadata services.
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string authority_file() const { return folder_.path("ca.pem"); }
  /// The file with the certificate and the key that are registered for the application.
  [[nodiscard]] std::string app_file() const { return folder_.path("app_and_key.pem"); }
  [[nodiscard]] std::string workload_token_file() const { return folder_.path("workload_token"); }
  [[nodiscard]] const sandbox::CertificateAuthority& authority() const noexcept { return authority_; }

  /// Adds a version to a secret, as `az keyvault secret set` does, and returns its name.
  std::string set_secret(const std::string& name, const std::string& value);
  /// Lets the vault refuse to give a secret, for that reason.
  void refuse(const std::string& name, const std::string& reason);

  /// Ends it as a crash does, or starts it again: it has forgotten the tokens that it gave then.
  void kill() { process_->end(SIGKILL); }
  void start();

  /// Returns what Microsoft's own client says when it reads a secret of my-vault in the environment of this process.
  /// `login` is one of azure_official.py.
  [[nodiscard]] std::string official(const std::string& name, const std::string& login = "identity") const;

 private:
  void write_state() const;

  PrivateFolder folder_;
  sandbox::CertificateAuthority authority_;
  nlohmann::json state_;
  int port_ = free_ports(1).front();
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
