// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <easypost_connect/headers.hpp>

namespace easypost_connect {

/// An answer as it came: nothing is decoded, nothing is dropped. Requests ask for no compression (`Accept-Encoding:
/// identity`, unless CallOptions::headers has that field); of an answer that is compressed all the same, `body` is,
/// too, and its content-encoding header says how.
struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  bool connection_reused = false;    ///< the answer came over a connection that was open before
  std::uint64_t streamed_bytes = 0;  ///< bytes of the body that CallOptions::sink was given instead
  bool request_cut_short = false;    ///< the answer came before all of the request was sent, and ended that
};

}  // namespace easypost_connect
