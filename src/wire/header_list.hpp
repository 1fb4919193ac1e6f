// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string>
#include <vector>

#include <easypost_connect/transport.hpp>

namespace easypost_connect::internal {

/// The request headers in the form libcurl reads, rebuilt only when they change.
///
/// The list nodes are this object's own and point into one buffer: libcurl only reads them, and the buffer, which holds
/// the API key and the token, can be wiped. curl_slist_append would copy each line into memory that is freed as it is.
class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList();
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  /// True when the list changed and has to be given to libcurl again.
  [[nodiscard]] bool update(const Request& request, const CallContext& context);

  [[nodiscard]] curl_slist* get() noexcept { return nodes_.empty() ? nullptr : nodes_.data(); }

 private:
  void rebuild();

  std::string plain_;  // the lines without credentials, each ended by a NUL
  std::string candidate_;
  std::vector<SecretHeader> credentials_;
  std::string lines_;  // all lines; holds credentials
  std::vector<curl_slist> nodes_;
};

}  // namespace easypost_connect::internal
