// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <openssl/ssl.h>

namespace easypost_connect::sandbox {

/// Hears of the life of each connection of an SSL_CTX, on the
/// connection's own thread. httplib has no such events; OpenSSL has.
///
/// opened() comes before the first byte is read. Then comes at most one of accepted() and refused(). closing() is the
/// last, and comes while the descriptor is still open: httplib frees the SSL first and closes the socket after that.
class TlsObserver {
 public:
  virtual void opened(int socket) noexcept = 0;
  virtual void accepted(const SSL& ssl) noexcept = 0;
  virtual void refused(std::string_view reason) noexcept = 0;
  virtual void closing(int socket) noexcept = 0;

 protected:
  ~TlsObserver() = default;
};

/// `observer` must outlive every connection of `context`.
void observe(SSL_CTX& context, TlsObserver& observer) noexcept;

}  // namespace easypost_connect::sandbox
