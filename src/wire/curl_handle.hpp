// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <type_traits>

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

  /// As set(), for an option that an older libcurl does not know. False: this one does not, and that is no refusal.
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

  /// The first refusal so far; CURLE_OK: every option was taken.
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

}  // namespace easypost_connect::internal
