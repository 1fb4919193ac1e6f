// SPDX-License-Identifier: Apache-2.0
#include "core/wipe.hpp"

#include <openssl/crypto.h>

namespace easypost_connect::internal {

void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // never reallocates
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace easypost_connect::internal
