// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/headers.hpp>

namespace easypost_connect {

/// An answer as it came: nothing is decoded, nothing is dropped.
struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  bool connection_reused = false;  ///< it came over a connection that was open before
};

}  // namespace easypost_connect
