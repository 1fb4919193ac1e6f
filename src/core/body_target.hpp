// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <easypost_connect/body.hpp>
#include <easypost_connect/request.hpp>

namespace easypost_connect::internal {

/// The body of one answer on its way to a sink. What is not finished leaves nothing that looks so. One thread at a
/// time; throws nothing but std::bad_alloc.
class BodyOutput {
 public:
  BodyOutput() = default;
  virtual ~BodyOutput() = default;
  BodyOutput(const BodyOutput&) = delete;
  BodyOutput& operator=(const BodyOutput&) = delete;

  [[nodiscard]] virtual std::optional<Error> write(std::string_view bytes) = 0;
  /// That was all of it.
  [[nodiscard]] virtual std::optional<Error> finish() = 0;
};

/// Where the body of an answer goes. Thread-safe.
class BodyTarget {
 public:
  BodyTarget() = default;
  virtual ~BodyTarget() = default;
  BodyTarget(const BodyTarget&) = delete;
  BodyTarget& operator=(const BodyTarget&) = delete;

  /// For one attempt.
  [[nodiscard]] virtual Result<std::unique_ptr<BodyOutput>> open() const = 0;
  /// It was given bytes that another attempt would give it again.
  [[nodiscard]] virtual bool spent() const noexcept = 0;
  /// False: it is a function, and an empty one.
  [[nodiscard]] virtual bool callable() const noexcept { return true; }
};

/// Null: Response::body.
[[nodiscard]] const BodyTarget* target_of(const BodySink& sink) noexcept;

/// Whether an answer to that request with that status goes into its sink, if it has one. One that has no body by its
/// kind does not (RFC 9110, sections 9.3.2, 15.3.5 and 15.3.6): it says nothing about a file that is there.
[[nodiscard]] constexpr bool goes_into_sink(Method method, int status) noexcept {
  return method != Method::kHead && status / 100 == 2 && status != 204 && status != 205;
}

/// As BodyTarget::spent().
[[nodiscard]] bool spent(const BodySink& sink) noexcept;

}  // namespace easypost_connect::internal
