// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>

namespace easypost_connect::internal {

struct CurlMultiCleanup {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

/// Must outlive the easy handles that were added to it.
using CurlMultiPtr = std::unique_ptr<CURLM, CurlMultiCleanup>;

struct CurlShareCleanup {
  void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
};

/// Must outlive the easy handles that use it.
using CurlSharePtr = std::unique_ptr<CURLSH, CurlShareCleanup>;

}  // namespace easypost_connect::internal
