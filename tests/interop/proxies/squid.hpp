// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"

namespace easypost_connect::interop {

/// How Squid wants to know its users. The first three know one: "user" with the password kPassword.
enum class Scheme {
  kBasic,
  kDigest,
  kNtlm,         ///< Squid's helper that takes any password
  kRefusedNtlm,  ///< Squid's helper that takes no password
  kNegotiate,    ///< a user needs a ticket for the proxy
};

/// A Squid on loopback that lets only its users pass. Throws, with the end of its log, when it does not start.
class Squid {
 public:
  static constexpr const char* kPassword = "canary-secret@1";
  static constexpr const char* kEncoded = "user:canary-secret%401";

  /// `keytab` has the keys of the proxy's principal, for kNegotiate.
  explicit Squid(const std::vector<Scheme>& schemes, const std::string& keytab = {});

  /// "http://LOGIN@localhost:PORT"
  [[nodiscard]] std::string url(const std::string& login) const;
  /// Returns the access log: a line with the user's name for each request that passed or was refused.
  [[nodiscard]] std::string access_log() const;

 private:
  [[nodiscard]] std::string settings(Scheme scheme, const std::string& keytab) const;

  PrivateFolder folder_;
  int port_ = free_ports(1).front();
  std::optional<ChildProcess> process_;
};

}  // namespace easypost_connect::interop
