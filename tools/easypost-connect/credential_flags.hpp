// SPDX-License-Identifier: Apache-2.0
#pragma once

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
  [[nodiscard]] Result<ClientCertificate> certificate() const;

 private:
  struct Flag {
    const char* variable;
    std::string value;
  };

  void add(CLI::App& command, Flag& flag, const char* name, const char* type, const char* what);
  void apply() const;

  Flag environment_{"EASYPOST_CONNECT_ENVIRONMENT", {}};
  Flag api_url_{"EASYPOST_CONNECT_API_URL", {}};
  Flag token_url_{"EASYPOST_CONNECT_TOKEN_URL", {}};
  Flag certificate_{"EASYPOST_CONNECT_CLIENT_CERT", {}};
  Flag key_{"EASYPOST_CONNECT_CLIENT_KEY", {}};
  Flag ca_{"EASYPOST_CONNECT_CA_FILE", {}};
  Flag client_id_{"EASYPOST_CONNECT_CLIENT_ID", {}};
  std::string passphrase_file_;
  std::string api_key_file_;
  std::string client_secret_file_;
};

/// The content of a file without the line end that editors leave behind it; empty for an empty path.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path, const char* flag);

}  // namespace easypost_connect::tool
