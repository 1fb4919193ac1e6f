// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <easypost_connect/client_options.hpp>

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
  /// With a `file`, that is the certificate; its key is that of --key, or in the same file.
  [[nodiscard]] Result<ClientCertificate> certificate(const std::string& file) const;

 private:
  struct Flag {
    const char* name;
    const char* variable;
    std::string value;
  };

  static void add(CLI::App& command, Flag& flag, const char* type, const char* what);
  void apply() const;
  static std::optional<Error> override_from_file(Secret& secret, const Flag& flag);

  Flag environment_{"--environment", "EASYPOST_CONNECT_ENVIRONMENT", {}};
  Flag api_url_{"--api-url", "EASYPOST_CONNECT_API_URL", {}};
  Flag token_url_{"--token-url", "EASYPOST_CONNECT_TOKEN_URL", {}};
  Flag certificate_{"--cert", "EASYPOST_CONNECT_CLIENT_CERT", {}};
  Flag key_{"--key", "EASYPOST_CONNECT_CLIENT_KEY", {}};
  Flag ca_{"--ca", "EASYPOST_CONNECT_CA_FILE", {}};
  Flag client_id_{"--client-id", "EASYPOST_CONNECT_CLIENT_ID", {}};
  // What these hold is the path of a file with the value.
  Flag passphrase_file_{"--passphrase-file", "EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE", {}};
  Flag api_key_file_{"--api-key-file", "EASYPOST_CONNECT_API_KEY", {}};
  Flag client_secret_file_{"--client-secret-file", "EASYPOST_CONNECT_CLIENT_SECRET", {}};
};

/// The content of a file without the line end that editors leave behind it; empty for an empty path.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path, const char* flag);

}  // namespace easypost_connect::tool
