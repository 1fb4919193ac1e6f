// SPDX-License-Identifier: Apache-2.0
#include "sandbox/secrets.hpp"

#include <array>
#include <cstddef>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "sandbox/pem.hpp"

namespace easypost_connect::sandbox {
namespace {

using RandomBytes = std::array<unsigned char, 16>;

RandomBytes random_bytes() {
  RandomBytes bytes{};
  checked(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())), "choosing random bytes");
  return bytes;
}

std::string to_hex(const RandomBytes& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

}  // namespace

std::string random_secret() { return "sandbox-secret-" + to_hex(random_bytes()); }

std::string random_uuid() {
  RandomBytes bytes = random_bytes();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);  // variant of RFC 9562
  std::string text = to_hex(bytes);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
  return text;
}

bool same_secret(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace easypost_connect::sandbox
