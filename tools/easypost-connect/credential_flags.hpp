// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <easypost_connect/client_options.hpp>

#include "core/settings.hpp"
#include "credential_look.hpp"

namespace easypost_connect::tool {

/// The flags by which a subcommand takes its credentials: each overrides one EASYPOST_CONNECT_* variable.
///
/// There is no flag for a secret itself: every process of a machine can read the arguments of every other one.
class CredentialFlags {
 public:
  /// Only what `inspect` needs: certificate, key and passphrase.
  void add_certificate_flags(CLI::App& command);
  /// Adds all flags but those of the servers.
  void add_credential_flags(CLI::App& command);
  void add_all_flags(CLI::App& command);

  /// Given has the options without credentials, and the way to look at these.
  struct Given {
    ClientOptions options;
    std::function<CredentialLook()> look;
  };
  [[nodiscard]] Result<Given> given() const;

  /// Found has the options with the credentials of one look, and what that look says of a vault.
  struct Found {
    Result<ClientOptions> options;
    std::optional<internal::VaultLook> vault{};
  };
  [[nodiscard]] Found find() const;
  [[nodiscard]] Result<ClientOptions> options() const { return find().options; }

  /// Tells whether a vault has to be asked for certificate, key or passphrase.
  [[nodiscard]] bool names_vault() const;
  /// Reads no vault. A `file` is the certificate; its key is that of --key, or in the same file.
  [[nodiscard]] Result<ClientCertificate> certificate(const std::string& file) const;

 private:
  struct Flag {
    const internal::Setting& setting;
    std::string value{};
  };

  static void add(CLI::App& command, Flag& flag, const char* type, const char* what);
  void apply() const;
  void override_from_files(CredentialLook& look) const;
  void note_places(CredentialLook& look) const;
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
