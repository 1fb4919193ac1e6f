// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <mutex>

#include "transport/curl_multi.hpp"

namespace easypost_connect::internal {

/// The TLS sessions of one identity (RFC 8446, section 2.2), so that a new connection resumes what an earlier one has
/// agreed on, whichever handle made that: less than half of the CPU of a whole handshake. Outlives the handles that
/// use it. Thread-safe.
class TlsSessions {
 public:
  TlsSessions() noexcept;
  TlsSessions(const TlsSessions&) = delete;
  TlsSessions& operator=(const TlsSessions&) = delete;

  /// For CURLOPT_SHARE; null, which shares nothing, if libcurl could not make it.
  [[nodiscard]] CURLSH* handle() const noexcept { return share_.get(); }

 private:
  static void on_lock(CURL* handle, curl_lock_data data, curl_lock_access access, void* sessions) noexcept;
  static void on_unlock(CURL* handle, curl_lock_data data, void* sessions) noexcept;

  std::mutex of_share_;     // libcurl's own bookkeeping
  std::mutex of_sessions_;  // held to look for a session, or to add one
  CurlSharePtr share_;
};

}  // namespace easypost_connect::internal
