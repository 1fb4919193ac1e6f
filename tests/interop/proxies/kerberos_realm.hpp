// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "loopback.hpp"
#include "private_folder.hpp"

namespace easypost_connect::interop {

/// A Kerberos realm of its own with a KDC on loopback (MIT's), one user and the proxy HTTP/localhost. As long as it
/// exists, KRB5_CONFIG and KRB5CCNAME of this process point into it. Throws, with the end of the log, when it cannot be
/// made.
class KerberosRealm {
 public:
  KerberosRealm();
  ~KerberosRealm();
  KerberosRealm(const KerberosRealm&) = delete;
  KerberosRealm& operator=(const KerberosRealm&) = delete;

  /// The user logs in, and this process has the ticket.
  void get_ticket() const;
  void drop_ticket() const;

  /// Returns the path of the proxy's keytab. Its folder holds what the proxy needs, and nothing else.
  [[nodiscard]] std::string keytab_of_proxy() const { return proxy_folder_.path("http.keytab"); }

 private:
  void run(const std::vector<std::string>& command) const;

  PrivateFolder folder_;
  PrivateFolder proxy_folder_;
  std::optional<ChildProcess> kdc_;
};

}  // namespace easypost_connect::interop
