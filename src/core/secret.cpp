// SPDX-License-Identifier: Apache-2.0
#include <openssl/crypto.h>

#include <cstring>

#include <easypost_connect/secret.hpp>

namespace easypost_connect {

Secret::Secret(std::string_view text) : size_(text.size()) {
  if (text.empty()) return;
  const std::size_t capacity = text.size() + 1;
  std::shared_ptr<char> bytes(new char[capacity], [capacity](char* p) noexcept {
    OPENSSL_cleanse(p, capacity);
    delete[] p;
  });
  std::memcpy(bytes.get(), text.data(), text.size());
  bytes.get()[text.size()] = '\0';
  bytes_ = std::move(bytes);
}

bool operator==(const Secret& a, const Secret& b) noexcept {
  if (a.bytes_ == b.bytes_) return true;
  return a.size_ == b.size_ && CRYPTO_memcmp(a.expose().data(), b.expose().data(), a.size_) == 0;
}

}  // namespace easypost_connect
