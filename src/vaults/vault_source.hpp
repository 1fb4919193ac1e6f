// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/vaults.hpp>

#include "core/environment.hpp"
#include "vaults/secret_reader.hpp"
#include "vaults/vault_look.hpp"

namespace easypost_connect::internal {

/// The credentials that stand behind references: behind one whose secret has all of them, or behind one each.
class VaultSource {
 public:
  /// Where one credential is kept, and the member of vaults::FieldNames that it is called by.
  struct Field {
    std::string vaults::FieldNames::*name;
    SecretReference reference;
  };

  /// Makes readers for the schemes of the references, and lets them check these. `whole` is empty, or `fields` is.
  static Result<std::shared_ptr<VaultSource>> make(std::optional<SecretReference> whole, std::vector<Field> fields,
                                                   const vaults::VaultOptions& options, VaultWorld world);

  /// Lets `others` give those credentials that no reference names.
  void set_others(CredentialsReader others) { others_ = std::move(others); }

  /// Reads all references once, or, the first time, as often as VaultOptions::start_timeout allows.
  [[nodiscard]] SourcedCredentials look();
  /// Tells how far the last look came.
  [[nodiscard]] VaultLook last_look();

 private:
  VaultSource(const vaults::VaultOptions& options, VaultWorld world);

  [[nodiscard]] Result<void> add(const SecretReference& reference, const vaults::VaultOptions& options);
  [[nodiscard]] SourcedCredentials read_all();
  [[nodiscard]] Result<Credentials> read_whole();
  [[nodiscard]] Result<Credentials> read_fields();
  [[nodiscard]] Result<Secret> value_of(const SecretReference& reference);
  [[nodiscard]] Result<Secret> secret_of(const SecretReference& reference);
  [[nodiscard]] Result<ReadSecret> read_noted(const SecretReference& reference);
  void note_place(const std::string& credential, const SecretReference& reference, const std::string& member);
  [[nodiscard]] std::chrono::seconds next_look() const;

  std::optional<SecretReference> whole_;
  std::vector<Field> fields_;
  CredentialsReader others_ = [] { return Credentials(); };
  vaults::FieldNames names_;
  std::chrono::seconds poll_interval_;
  std::chrono::milliseconds start_timeout_;
  VaultWorld world_;
  std::map<std::string, std::unique_ptr<SecretReader>> readers_;  // keys are schemes

  std::mutex looking_;
  bool has_read_ = false;
  std::map<std::string, Secret> read_;  // keys are SecretReference::text; one look fills it
  std::optional<std::chrono::seconds> look_again_;
  VaultLook last_look_;
};

}  // namespace easypost_connect::internal
