// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/export.hpp>

namespace easypost_connect {

/// One header field; the views point into the Headers it came from.
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// Header fields in the order they were added; names compare without regard to case (RFC 9110, section 5.1).
///
/// Nothing is checked here: ConnectClient refuses a request whose names or values could not be sent safely (CR, LF,
/// NUL) with an Error that names the field. Value type; not synchronised.
class EASYPOST_CONNECT_EXPORT Headers {
 public:
  class Iterator;

  Headers() = default;
  Headers(std::initializer_list<HeaderField> fields);

  /// Appends a field, also when one of that name is there.
  void add(std::string_view name, std::string_view value);

  /// Returns the value of the first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

  [[nodiscard]] bool empty() const noexcept { return spans_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return spans_.size(); }
  [[nodiscard]] HeaderField operator[](std::size_t index) const noexcept;
  void clear() noexcept;

  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;

 private:
  // One text buffer and one index: a response with twenty headers costs two allocations, not forty.
  struct Span {
    std::uint32_t begin;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };
  std::string text_;
  std::vector<Span> spans_;
};

/// Reads a Headers from front to back; valid until the Headers changes.
class Headers::Iterator {
 public:
  // NOLINTBEGIN(readability-identifier-naming): std::iterator_traits looks for these names
  using iterator_category = std::input_iterator_tag;  // of <string>; <iterator> would bring the streams as well
  using value_type = HeaderField;
  using difference_type = std::ptrdiff_t;
  using pointer = const HeaderField*;
  using reference = HeaderField;
  // NOLINTEND(readability-identifier-naming)

  Iterator(const Headers& headers, std::size_t index) noexcept : headers_(&headers), index_(index) {}
  HeaderField operator*() const noexcept { return (*headers_)[index_]; }
  Iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  Iterator operator++(int) noexcept { return {*headers_, index_++}; }
  bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }
  bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

 private:
  const Headers* headers_;
  std::size_t index_;
};

inline Headers::Iterator Headers::begin() const noexcept { return {*this, 0}; }
inline Headers::Iterator Headers::end() const noexcept { return {*this, size()}; }

}  // namespace easypost_connect
