// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <utility>
#include <variant>

#include <easypost_connect/error.hpp>
#include <easypost_connect/export.hpp>

namespace easypost_connect {

/// An Error as an exception, for those who call Result::value().
class EASYPOST_CONNECT_EXPORT ConnectError : public std::runtime_error {
 public:
  explicit ConnectError(Error error);
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

/// Throws ConnectError. It is out of line, so that these headers compile without exceptions too.
[[noreturn]] EASYPOST_CONNECT_EXPORT void throw_connect_error(const Error& error);

/// A T, or the Error that says why there is none. A function that can fail and has no value to give returns
/// Result<void>, below.
///
/// Either test it and use `*` and error(), or call value() and catch ConnectError. `*` and `->` on an error are bugs of
/// the caller, and throw ConnectError too, so that its message is not lost. error() on a value is one as well: it
/// throws std::bad_variant_access.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] Error& error() & { return std::get<1>(content_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(content_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(content_)); }

  /// Returns the value; throws ConnectError when there is none.
  [[nodiscard]] T& value() & {
    if (!has_value()) throw_connect_error(error());
    return *std::get_if<0>(&content_);
  }
  [[nodiscard]] const T& value() const& {
    if (!has_value()) throw_connect_error(error());
    return *std::get_if<0>(&content_);
  }
  [[nodiscard]] T&& value() && { return std::move(value()); }

 private:
  std::variant<T, Error> content_;
};

/// Success, or the Error that says why there is none. Made of nothing it is success, and takes no memory.
///
///     Result<void> check(const Letter& letter) {
///       if (letter.pages == 0) return empty_letter();  // an Error
///       return {};
///     }
///
///     if (auto checked = check(letter); !checked) return std::move(checked).error();
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() noexcept = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) noexcept : content_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Returns the Error. On success the call is a bug of the caller: it throws std::bad_variant_access.
  [[nodiscard]] Error& error() & { return std::get<1>(content_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(content_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(content_)); }

  /// Returns on success; throws ConnectError otherwise.
  void value() const {
    if (!has_value()) throw_connect_error(error());
  }

 private:
  std::variant<std::monostate, Error> content_;
};

}  // namespace easypost_connect
