// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

namespace easypost_connect::benchmark {

/// What the SDK is measured against: one easy handle, all options and headers set once, the body appended to a string.
/// Reads the EASYPOST_CONNECT_* variables, certificate and key as PEM text. Throws std::runtime_error.
class RawClient {
 public:
  explicit RawClient(const std::string& path);

  /// One GET; the body stays valid until the next one.
  const std::string& get();

 private:
  struct Cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  [[nodiscard]] static std::string fetch_token();

  std::unique_ptr<CURL, Cleanup> handle_;
  std::unique_ptr<curl_slist, Cleanup> headers_;
  std::string body_;
};

}  // namespace easypost_connect::benchmark
