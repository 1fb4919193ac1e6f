// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "core/make_error.hpp"
#include "wire/sigpipe_guard.hpp"

namespace easypost_connect::internal {

struct CurlMultiCleanup {
  void operator()(CURLM* multi) const noexcept {
    const SigpipeGuard guard;  // connections say that they end
    curl_multi_cleanup(multi);
  }
};

/// A libcurl multi handle, and a wait that can be ended from another thread: curl_multi_poll() knows how on every
/// system. Must outlive the easy handles added to it. One thread at a time, but for wake().
///
/// When there are no descriptors, libcurl makes a handle that can never be woken, and does not say so (measured:
/// 7.88.1). One wake-up tells; the first wait with the handle ends at once for that.
class CurlMulti {
 public:
  CurlMulti()
      : handle_(curl_multi_init()), wakes_(handle_ != nullptr && curl_multi_wakeup(handle_.get()) == CURLM_OK) {}

  /// Why it must not be used.
  [[nodiscard]] std::optional<Error> refusal() const noexcept {
    if (handle_ == nullptr) return out_of_memory();
    if (wakes_) return std::nullopt;
    return no_descriptor_error("The system gave no file descriptors for what wakes a call that waits.");
  }
  [[nodiscard]] bool usable() const noexcept { return wakes_; }
  [[nodiscard]] CURLM* get() const noexcept { return handle_.get(); }

  /// Comes back when something has happened on one of the sockets or on one that libcurl waits for, at wake(), or at
  /// `until`; after a minute at the latest.
  CURLMcode wait(std::vector<curl_waitfd>& sockets, SteadyTime until) noexcept;
  /// Ends this wait, or the next one.
  void wake() noexcept { curl_multi_wakeup(handle_.get()); }

 private:
  std::unique_ptr<CURLM, CurlMultiCleanup> handle_;
  bool wakes_;
};

/// Of a transfer that libcurl could not go on with.
inline CURLcode transfer_code(CURLMcode code) noexcept {
  if (code == CURLM_OK) return CURLE_OK;
  return code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT;
}

struct CurlShareCleanup {
  void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
};

/// Must outlive the easy handles that use it.
using CurlSharePtr = std::unique_ptr<CURLSH, CurlShareCleanup>;

/// Keeps TLS sessions for the easy handles that use it, all on one thread at a time: so it needs no locks. Null: out of
/// memory.
[[nodiscard]] CurlSharePtr session_cache() noexcept;

}  // namespace easypost_connect::internal
