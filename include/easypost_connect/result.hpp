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

/// Throws ConnectError; out of line, so that these headers compile without exceptions too.
[[noreturn]] EASYPOST_CONNECT_EXPORT void throw_connect_error(const Error& error);

/// A T, or the Error that says why there is none.
///
/// Either test it and use `*` and error(), or call value() and catch ConnectError. `*` and `->` on an error, and
/// error() on a value, are bugs of the caller: they throw std::bad_variant_access.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & { return std::get<0>(content_); }
  const T& operator*() const& { return std::get<0>(content_); }
  T&& operator*() && { return std::get<0>(std::move(content_)); }
  T* operator->() { return &std::get<0>(content_); }
  const T* operator->() const { return &std::get<0>(content_); }

  [[nodiscard]] Error& error() & { return std::get<1>(content_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(content_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(content_)); }

  /// The value; throws ConnectError when there is none.
  [[nodiscard]] T& value() & { return has_value() ? **this : (throw_connect_error(error()), **this); }
  [[nodiscard]] const T& value() const& { return has_value() ? **this : (throw_connect_error(error()), **this); }
  [[nodiscard]] T&& value() && {
    if (!has_value()) throw_connect_error(error());
    return std::move(**this);
  }

 private:
  std::variant<T, Error> content_;
};

}  // namespace easypost_connect
