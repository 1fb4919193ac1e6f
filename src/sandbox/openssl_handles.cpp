// SPDX-License-Identifier: Apache-2.0
#include "sandbox/openssl_handles.hpp"

#include <stdexcept>
#include <string>

#include <openssl/err.h>

namespace easypost_connect::sandbox {

void throw_openssl_error(std::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  throw std::runtime_error(std::string(what) + ": " + (reason != nullptr ? reason : "OpenSSL gives no reason"));
}

}  // namespace easypost_connect::sandbox
