// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <type_traits>
#include <vector>

#include "core/clock.hpp"
#include "core/make_error.hpp"
#include "wire/curl_library.hpp"
#include "wire/sigpipe_guard.hpp"

namespace easypost_connect::internal {

struct CurlEasyCleanup {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

/// A libcurl easy handle and the only door to curl_easy_setopt.
///
/// curl_easy_setopt is variadic: it accepts a value of any type and misreads a wrong one. set() checks the type against
/// the option's class at compile time, requires callbacks to be noexcept, and remembers the first option that libcurl
/// refused, so that a transfer with a refused TLS option is never started. One thread at a time.
class CurlHandle {
 public:
  CurlHandle() : handle_(curl_easy_init()) {}

  template <CURLoption kOption, typename Value>
  void set(Value value) noexcept {
    record(take<kOption>(value));
  }

  /// Sets an option that an older libcurl may not know. Returns false if this libcurl does not know it, which is no
  /// refusal.
  template <CURLoption kOption, typename Value>
  bool offer(Value value) noexcept {
    const CURLcode result = take<kOption>(value);
    if (result == CURLE_UNKNOWN_OPTION) return false;
    record(result);
    return true;
  }

  template <typename Value>
  [[nodiscard]] Value info(CURLINFO what) const noexcept {
    Value value{};
    curl_easy_getinfo(handle_.get(), what, &value);
    return value;
  }

  /// Returns the first refusal so far; CURLE_OK means that every option was taken.
  [[nodiscard]] CURLcode refusal() const noexcept { return refusal_; }
  [[nodiscard]] CURL* get() const noexcept { return handle_.get(); }

 private:
  template <typename F>
  struct is_noexcept_function : std::false_type {};
  template <typename R, typename... Args>
  struct is_noexcept_function<R (*)(Args...) noexcept> : std::true_type {};

  template <CURLoption kOption, typename Value>
  [[nodiscard]] CURLcode take(Value value) const noexcept {
    constexpr int kKind = static_cast<int>(kOption) / 10'000 * 10'000;
    if constexpr (kKind == CURLOPTTYPE_LONG) {
      static_assert(std::is_same_v<Value, long>, "this option takes a long");
    } else if constexpr (kKind == CURLOPTTYPE_OFF_T) {
      static_assert(std::is_same_v<Value, curl_off_t>, "this option takes a curl_off_t");
    } else if constexpr (kKind == CURLOPTTYPE_FUNCTIONPOINT) {
      static_assert(is_noexcept_function<Value>::value, "callbacks called by C must be noexcept");
    } else {
      static_assert(std::is_pointer_v<Value> || std::is_null_pointer_v<Value>, "this option takes a pointer");
    }
    return curl_easy_setopt(handle_.get(), kOption, value);
  }

  void record(CURLcode result) noexcept {
    if (refusal_ == CURLE_OK) refusal_ = result;
  }

  std::unique_ptr<CURL, CurlEasyCleanup> handle_;
  CURLcode refusal_ = handle_ ? CURLE_OK : CURLE_OUT_OF_MEMORY;
};

struct CurlMultiCleanup {
  void operator()(CURLM* multi) const noexcept {
    const SigpipeGuard guard;  // connections say that they end
    curl_multi_cleanup(multi);
  }
};

/// A libcurl multi handle, and a wait that another thread can end: curl_multi_poll() knows how on every system. It
/// must outlive the easy handles added to it. One thread at a time, but for wake().
///
/// When there are no descriptors, libcurl makes a handle that can never be woken, and does not say so (measured:
/// 7.88.1). The constructor wakes the handle once to find out; the first wait with the handle ends at once because of
/// that.
class CurlMulti {
 public:
  CurlMulti()
      : handle_(curl_multi_init()), wakes_(handle_ != nullptr && curl_multi_wakeup(handle_.get()) == CURLM_OK) {}

  /// Says why the handle must not be used, if that is so.
  [[nodiscard]] Result<void> check() const noexcept {
    if (handle_ == nullptr) return out_of_memory();
    if (wakes_) return {};
    return no_descriptor_error("The system gave no file descriptors for what wakes a call that waits.");
  }
  [[nodiscard]] bool usable() const noexcept { return wakes_; }
  [[nodiscard]] CURLM* get() const noexcept { return handle_.get(); }

  /// Returns when something has happened on one of the sockets or on one that libcurl waits for, at wake(), at `until`,
  /// or after a minute.
  CURLMcode wait(std::vector<curl_waitfd>& sockets, SteadyTime until) noexcept {
    using std::chrono::milliseconds;
    constexpr milliseconds kLongest{60'000};
    const auto left = until - std::chrono::steady_clock::now();
    // A time may be too far away to be counted in milliseconds.
    const milliseconds longest = left >= kLongest ? kLongest : std::chrono::ceil<milliseconds>(left);
    return curl_multi_poll(handle_.get(), sockets.data(), static_cast<unsigned>(sockets.size()),
                           std::max(0, static_cast<int>(longest.count())), nullptr);
  }
  /// Ends the wait that is under way, or the next one.
  void wake() noexcept { curl_multi_wakeup(handle_.get()); }

 private:
  std::unique_ptr<CURLM, CurlMultiCleanup> handle_;
  bool wakes_;
};

/// Translates the code of a multi handle into that of a transfer which could not go on.
inline CURLcode transfer_code(CURLMcode code) noexcept {
  if (code == CURLM_OK) return CURLE_OK;
  return code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT;
}

struct CurlShareCleanup {
  void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
};

/// A share handle must outlive the easy handles that use it.
using CurlSharePtr = std::unique_ptr<CURLSH, CurlShareCleanup>;

/// Makes a handle that keeps TLS sessions for the easy handles that use it. They all run on one thread at a time, so it
/// needs no locks. Returns null if memory is short.
[[nodiscard]] inline CurlSharePtr session_cache() noexcept {
  CurlSharePtr cache(curl_share_init());
  if (cache) curl_share_setopt(cache.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return cache;
}

}  // namespace easypost_connect::internal
