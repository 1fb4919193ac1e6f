// SPDX-License-Identifier: Apache-2.0
#include "transport/tls_sessions.hpp"

namespace easypost_connect::internal {

TlsSessions::TlsSessions() noexcept : share_(curl_share_init()) {
  if (!share_) return;
  const curl_lock_function lock = &TlsSessions::on_lock;
  const curl_unlock_function unlock = &TlsSessions::on_unlock;
  const bool shared = curl_share_setopt(share_.get(), CURLSHOPT_LOCKFUNC, lock) == CURLSHE_OK &&
                      curl_share_setopt(share_.get(), CURLSHOPT_UNLOCKFUNC, unlock) == CURLSHE_OK &&
                      curl_share_setopt(share_.get(), CURLSHOPT_USERDATA, static_cast<void*>(this)) == CURLSHE_OK &&
                      curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
  if (!shared) share_.reset();
}

void TlsSessions::on_lock(CURL* /*handle*/, curl_lock_data data, curl_lock_access /*access*/, void* sessions) noexcept {
  auto& self = *static_cast<TlsSessions*>(sessions);
  (data == CURL_LOCK_DATA_SSL_SESSION ? self.of_sessions_ : self.of_share_).lock();
}

void TlsSessions::on_unlock(CURL* /*handle*/, curl_lock_data data, void* sessions) noexcept {
  auto& self = *static_cast<TlsSessions*>(sessions);
  (data == CURL_LOCK_DATA_SSL_SESSION ? self.of_sessions_ : self.of_share_).unlock();
}

}  // namespace easypost_connect::internal
