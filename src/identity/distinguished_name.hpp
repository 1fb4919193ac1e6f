// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <string>

namespace easypost_connect::internal {

/// As RFC 4514 writes names: "CN=my-company,O=My Company". Letters beyond ASCII stay letters; what could control a
/// terminal is escaped.
std::string to_text(const X509_NAME* name);

}  // namespace easypost_connect::internal
