// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "sandbox/openssl_handles.hpp"

namespace easypost_connect::sandbox {

/// The authorities whose client certificates a server takes; may change while it runs. Thread-safe.
class TrustedAuthorities {
 public:
  /// These (PEM) and no others, from the next handshake on. Throws std::runtime_error when one cannot be read.
  void trust(const std::vector<std::string>& authorities);

  /// Has all handshakes of `context` demand a certificate of theirs. They must outlive it.
  void demand_in(SSL_CTX& context) const;

 private:
  [[nodiscard]] bool install(SSL* connection) const noexcept;

  mutable std::mutex mutex_;
  std::unique_ptr<X509_STORE, FreeWith<&X509_STORE_free>> store_;
  std::vector<CertificateHandle> certificates_;
};

}  // namespace easypost_connect::sandbox
