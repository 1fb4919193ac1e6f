// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include <gmock/gmock.h>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect {

// GoogleTest prints these on a failure; without them it would dump the bytes of the object.
inline void PrintTo(const Error& error, std::ostream* out) {
  *out << to_string(error.code) << ": " << error.describe();
}
inline void PrintTo(const Secret& secret, std::ostream* out) { *out << "a secret of " << secret.size() << " bytes"; }
template <typename T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  result ? void(*out << "a value") : PrintTo(result.error(), out);
}

namespace test_support {

inline const Error* error_in(const Error& error) { return &error; }
inline const Error* error_in(const std::optional<Error>& error) { return error ? &*error : nullptr; }
template <typename T>
const Error* error_in(const Result<T>& result) {
  return result ? nullptr : &result.error();
}

MATCHER(IsOk, negation ? "is an error" : "is a value") {
  static_cast<void>(result_listener);
  return error_in(arg) == nullptr;
}

/// Matches a Result, an Error or an optional<Error>.
MATCHER_P(IsError, code,
          std::string(negation ? "is not" : "is") + " the error \"" + std::string(to_string(code)) + "\"") {
  const Error* error = error_in(arg);
  if (error == nullptr) return false;
  *result_listener << "which is \"" << to_string(error->code) << "\"";
  return error->code == code;
}

MATCHER_P(BlamedOn, factor,
          std::string(negation ? "is not" : "is") + " blamed on the " + std::string(to_string(factor))) {
  const Error* error = error_in(arg);
  if (error == nullptr) return false;
  *result_listener << "which is blamed on the " << to_string(error->factor);
  return error->factor == factor;
}

/// Matches if the text that somebody reads contains `part`.
MATCHER_P(Says, part, (negation ? "does not say \"" : "says \"") + std::string(part) + "\"") {
  static_cast<void>(result_listener);
  const Error* error = error_in(arg);
  return error != nullptr && error->describe().find(part) != std::string::npos;
}

MATCHER(IsRetryable, negation ? "is not retryable" : "is retryable") {
  static_cast<void>(result_listener);
  const Error* error = error_in(arg);
  return error != nullptr && error->retryable;
}

}  // namespace test_support
}  // namespace easypost_connect
