// SPDX-License-Identifier: Apache-2.0
#include "core/wipe.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace easypost_connect::internal {

void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // never reallocates
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

void append_and_wipe(std::string& text, std::string_view part) {
  if (part.size() > text.capacity() - text.size()) {
    std::string grown;
    grown.reserve(std::max(2 * text.capacity(), text.size() + part.size()));
    grown.append(text);
    text.swap(grown);
    wipe(grown);
  }
  text.append(part);
}

}  // namespace easypost_connect::internal
