// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::interop {

/// Google Secret Manager as drongo has it, behind google_gate.py, which demands a token and hands tokens out. It is
/// reached by the names of Google's, through the gate as the proxy of the environment.
class GoogleServices {
 public:
  GoogleServices();

  [[nodiscard]] const sandbox::CertificateAuthority& authority() const noexcept { return authority_; }
  /// Returns the host and the port of the metadata service.
  [[nodiscard]] std::string metadata_host() const { return "127.0.0.1:" + std::to_string(gate_port_); }
  [[nodiscard]] std::string proxy() const { return "http://" + metadata_host(); }
  /// Adds a version to a secret, which is made first if there is none: "projects/p1", "ep-acc".
  void store(const std::string& project, const std::string& secret, const std::string& payload) const;
  /// Disables a version: "projects/p1/secrets/ep-acc/versions/1".
  void disable(const std::string& version) const;
  /// Returns the path of the key file of the service account.
  [[nodiscard]] std::string key_file() const;
  /// Returns the path of the file of a federation whose credential_source is `source`, a JSON object.
  [[nodiscard]] std::string federation_file(const std::string& source, bool impersonates) const;
  /// Returns the path of a file that holds the subject token, or another text.
  [[nodiscard]] std::string subject_token_file(const std::string& text = kSubjectToken) const;
  /// Returns what Google's own client reads; throws, with its complaint, when it fails.
  [[nodiscard]] std::string read_by_official_client(const std::string& version) const;

  /// Ends all of it as a crash does, or starts it again: it has forgotten the secrets, and the tokens it gave, then.
  void kill();
  void start();

  /// Returns the lines in which the gate says whom it let through.
  [[nodiscard]] std::string log() const { return read_file(folder_.path("gate.log")); }

 private:
  static constexpr const char* kSubjectToken = "canary-secret-of-the-workload";

  void post(const std::string& path, const std::string& body) const;

  PrivateFolder folder_;
  sandbox::CertificateAuthority authority_;
  sandbox::IssuedCertificate signer_;
  int drongo_port_ = 0;
  int gate_port_ = 0;
  std::optional<ChildProcess> drongo_;
  std::optional<ChildProcess> gate_;
};

}  // namespace easypost_connect::interop
