// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <openssl/crypto.h>

namespace easypost_connect::internal {

/// Wipes memory before it gives it back.
template <typename T>
struct WipingAllocator {
  using value_type = T;  // NOLINT(readability-identifier-naming): the standard's name
  WipingAllocator() noexcept = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>& /*other*/) noexcept {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    OPENSSL_cleanse(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  friend bool operator==(const WipingAllocator& /*a*/, const WipingAllocator& /*b*/) noexcept { return true; }
  friend bool operator!=(const WipingAllocator& /*a*/, const WipingAllocator& /*b*/) noexcept { return false; }
};

/// A character of a text with secrets in it. A parser that keeps what it reads in a std::vector of characters, as that
/// of nlohmann does, keeps these in memory that is wiped.
enum SecretChar : unsigned char {};

/// Reads a text as SecretChar.
class SecretTextIterator {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the names of the standard
  using iterator_category = std::input_iterator_tag;
  using value_type = SecretChar;
  using difference_type = std::ptrdiff_t;
  using pointer = const SecretChar*;
  using reference = SecretChar;
  // NOLINTEND(readability-identifier-naming)

  explicit SecretTextIterator(const char* at) noexcept : at_(at) {}
  SecretChar operator*() const noexcept { return static_cast<SecretChar>(static_cast<unsigned char>(*at_)); }
  SecretTextIterator& operator++() noexcept {
    ++at_;
    return *this;
  }
  friend bool operator==(SecretTextIterator a, SecretTextIterator b) noexcept { return a.at_ == b.at_; }
  friend bool operator!=(SecretTextIterator a, SecretTextIterator b) noexcept { return a.at_ != b.at_; }

 private:
  const char* at_;
};

}  // namespace easypost_connect::internal

namespace std {

template <>
class vector<easypost_connect::internal::SecretChar>
    : public vector<easypost_connect::internal::SecretChar,
                    easypost_connect::internal::WipingAllocator<easypost_connect::internal::SecretChar>> {};

template <>
struct char_traits<easypost_connect::internal::SecretChar> {
  using char_type = easypost_connect::internal::SecretChar;  // NOLINT(readability-identifier-naming)
  using int_type = int;                                      // NOLINT(readability-identifier-naming)
  static constexpr int_type eof() noexcept { return -1; }
  static constexpr int_type to_int_type(char_type c) noexcept { return c; }
  static constexpr char_type to_char_type(int_type c) noexcept { return static_cast<char_type>(c); }
};

}  // namespace std
