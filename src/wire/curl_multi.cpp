// SPDX-License-Identifier: Apache-2.0
#include "wire/curl_multi.hpp"

#include <algorithm>
#include <chrono>

namespace easypost_connect::internal {

CurlSharePtr session_cache() noexcept {
  CurlSharePtr cache(curl_share_init());
  if (cache) curl_share_setopt(cache.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return cache;
}

CURLMcode CurlMulti::wait(std::vector<curl_waitfd>& sockets, SteadyTime until) noexcept {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest{60'000};
  const auto left = until - std::chrono::steady_clock::now();
  // A time may be too far away to be counted in milliseconds.
  const milliseconds longest = left >= kLongest ? kLongest : std::chrono::ceil<milliseconds>(left);
  return curl_multi_poll(handle_.get(), sockets.data(), static_cast<unsigned>(sockets.size()),
                         std::max(0, static_cast<int>(longest.count())), nullptr);
}

}  // namespace easypost_connect::internal
