// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

#include "load.hpp"
#include "raw_client.hpp"

namespace easypost_connect::benchmark {

/// Requests in flight as libcurl does them best: one multi handle, one HTTP/2 connection, easy handles that are
/// configured once, on a thread of their own, as an asynchronous client has one. The connection stays from load to
/// load. Throws std::runtime_error.
class RawMulti {
 public:
  RawMulti(const Service& service, const std::string& token, const std::string& path, std::size_t width);

  /// Returns when the load wants no more and all is answered.
  void run(Load& load);

 private:
  struct Transfer {
    RawClient client;
    Clock::time_point sent{};
  };
  struct Cleanup {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };

  void drive(Load& load);
  void send(Transfer& transfer);
  [[nodiscard]] bool replace_answered(Load& load);

  std::unique_ptr<CURLM, Cleanup> multi_;
  std::vector<std::unique_ptr<Transfer>> transfers_;  // gone before the multi handle that they were in
};

}  // namespace easypost_connect::benchmark
