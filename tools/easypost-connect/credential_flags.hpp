// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <easypost_connect/client_options.hpp>

#include "core/settings.hpp"

namespace easypost_connect::tool {

/// The flags by which a subcommand takes its credentials: each overrides one EASYPOST_CONNECT_* variable.
///
/// There is no flag for a secret itself: every process of a machine can read the arguments of every other one.
class CredentialFlags {
 public:
  /// Only what `inspect` needs: certificate, key and passphrase.
  void add_certificate_flags(CLI::App& command);
  void add_all_flags(CLI::App& command);

  [[nodiscard]] Result<ClientOptions> options() const;
  /// A `file` is the certificate; its key is that of --key, or in the same file.
  [[nodiscard]] Result<ClientCertificate> certificate(const std::string& file) const;

 private:
  struct Flag {
    const internal::Setting& setting;
    std::string value{};
  };

  static void add(CLI::App& command, Flag& flag, const char* type, const char* what);
  void apply() const;
  static Result<void> override_from_file(Secret& secret, const Flag& flag);

  Flag environment_{internal::setting::kEnvironment};
  Flag api_url_{internal::setting::kApiUrl};
  Flag token_url_{internal::setting::kTokenUrl};
  Flag certificate_{internal::setting::kCertificate};
  Flag key_{internal::setting::kPrivateKey};
  Flag ca_{internal::setting::kServerCa};
  Flag client_id_{internal::setting::kClientId};
  Flag credentials_{internal::setting::kCredentials};
  // The value of each of these is the path of a file that holds the secret.
  Flag passphrase_file_{internal::setting::kPassphrase};
  Flag api_key_file_{internal::setting::kApiKey};
  Flag client_secret_file_{internal::setting::kClientSecret};
};

/// The content of a file without the line end that editors leave behind it; empty for an empty path.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path, const char* flag);

}  // namespace easypost_connect::tool
