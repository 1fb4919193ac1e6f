// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include <easypost_connect/export.hpp>

namespace easypost_connect {

/// A value nobody may see: API key, client secret, passphrase, private key, token.
///
/// There is no operator<<, no conversion to a string and no iteration: the only way to the characters is expose(),
/// which is easy to find in a review. The characters live in one heap buffer that copies share and that is wiped with
/// OPENSSL_cleanse when the last copy goes. Copying costs a reference count. Immutable, so any number of threads may
/// read it.
class EASYPOST_CONNECT_EXPORT Secret {
 public:
  Secret() noexcept = default;
  ~Secret() = default;
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  /// Copies `text`; the caller's own copy stays the caller's to wipe.
  explicit Secret(std::string_view text);

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Returns the characters, followed by a NUL; valid as long as this object or a copy of it lives.
  [[nodiscard]] std::string_view expose() const noexcept { return {bytes_ ? bytes_.get() : "", size_}; }

  /// Compares in constant time in the contents (not in the length). Copies of one Secret compare equal without a look
  /// at the characters.
  friend EASYPOST_CONNECT_EXPORT bool operator==(const Secret& a, const Secret& b) noexcept;
  friend bool operator!=(const Secret& a, const Secret& b) noexcept { return !(a == b); }

 private:
  std::shared_ptr<const char> bytes_;
  std::size_t size_ = 0;
};

}  // namespace easypost_connect
