// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <easypost_connect/signing_request.hpp>

#include "core/clock.hpp"
#include "vaults/secret_json.hpp"
#include "vaults/secret_reader.hpp"

namespace easypost_connect::internal {

/// The scheme of a certificate that the PKI engine of HashiCorp Vault signs: vault-pki://mount/role?cn=...
inline constexpr std::string_view kPkiScheme = "vault-pki";

/// Certificates that the PKI engine has signed for keys of this process, each until two thirds of its life are over.
class HashiCorpPki {
 public:
  explicit HashiCorpPki(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}

  [[nodiscard]] static Result<void> check(const SecretReference& reference);
  /// Makes a new key, which stays here, and a signing request for it.
  [[nodiscard]] static Result<SigningRequest> make_request(const SecretReference& reference);
  [[nodiscard]] static Secret body_of(const SecretReference& reference, const SigningRequest& request);

  /// Returns the certificate that is in use, unless it is time for the next one.
  [[nodiscard]] std::optional<ReadSecret> kept(const SecretReference& reference) const;
  /// Takes the certificate out of the answer, and keeps it if it can be used: a role that is mended is asked again at
  /// the next look. Nothing: there is none, or it does not say when it ends.
  [[nodiscard]] std::optional<ReadSecret> take(const SecretReference& reference, const SigningRequest& request,
                                               const SecretJson& answer);

 private:
  struct Issued {
    Secret content;  // PEM: the certificate, its chain, the key
    std::string serial;
    SteadyTime renew_at;
    WallTime ends_at;  // a machine that sleeps stops the steady clock
  };

  std::shared_ptr<const Clock> clock_;
  std::map<std::string, Issued> issued_;  // keys are SecretReference::text
};

}  // namespace easypost_connect::internal
