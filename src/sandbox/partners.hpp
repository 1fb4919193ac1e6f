// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/certificate_authority.hpp"
#include "sandbox/server_tls.hpp"

namespace easypost_connect::sandbox {

/// The credentials of one customer, made together: each belongs to the others.
struct Partner {
  std::string client_id;
  std::string client_secret;
  std::string api_key;
  IssuedCertificate certificate;
  std::string authority;  ///< PEM; who issued the certificate
};

/// Partners knows whose credentials are good. There is one set at the start; a rotation adds one, and what is old goes
/// later. Thread-safe.
class Partners {
 public:
  /// `first` issues the first certificate; `also_trusted` (PEM, may be empty) is trusted for good.
  Partners(const CertificateAuthority& first, const std::string& also_trusted);

  [[nodiscard]] Partner newest() const;
  /// Makes a new set, with an authority of its own.
  Partner add();
  /// Leaves only the newest set good; sets that came by `also_trusted` stay.
  void retire_old();

  /// The OAuth client that the API key belongs to.
  [[nodiscard]] std::optional<std::string> client_of_key(std::string_view api_key) const;
  [[nodiscard]] bool knows_client(std::string_view id, std::string_view secret) const;
  [[nodiscard]] bool knows_client(std::string_view id) const;

  [[nodiscard]] const std::shared_ptr<TrustedAuthorities>& authorities() const noexcept { return authorities_; }

 private:
  void trust_all();

  const std::string also_trusted_;
  const std::shared_ptr<TrustedAuthorities> authorities_ = std::make_shared<TrustedAuthorities>();
  mutable std::mutex mutex_;
  std::size_t made_ = 1;
  std::vector<Partner> partners_;  // the newest last
};

}  // namespace easypost_connect::sandbox
