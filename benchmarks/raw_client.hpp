// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "service.hpp"

namespace easypost_connect::benchmark {

struct CurlCleanup {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// RawClient is what the SDK is measured against: one easy handle, all options and headers set once, the body appended
/// to a string, an answer outside 2xx a failure. What is not set is libcurl's default. Throws std::runtime_error.
class RawClient {
 public:
  /// Makes GETs of `path` with `token`; `http_version` is one of libcurl's CURL_HTTP_VERSION_*.
  RawClient(const Service& service, const std::string& token, const std::string& path,
            long http_version = CURL_HTTP_VERSION_1_1);
  // libcurl has the address of the body.
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Makes one GET; the body stays valid until the next one.
  const std::string& get();

  /// Lends the handle to a multi handle, which performs instead of get(). The caller clears the body before each
  /// transfer.
  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
  [[nodiscard]] std::string& body() noexcept { return body_; }

 private:
  std::unique_ptr<CURL, CurlCleanup> handle_;
  std::unique_ptr<curl_slist, CurlCleanup> headers_;
  std::string body_;
};

/// A token from the token endpoint, with a handle of its own and no client certificate.
[[nodiscard]] std::string fetch_token(const Service& service);

/// Runs a configured handle to the end of its transfer. Throws std::runtime_error.
void perform(CURL* handle);

}  // namespace easypost_connect::benchmark
