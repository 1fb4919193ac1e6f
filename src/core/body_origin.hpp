// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <easypost_connect/body.hpp>

namespace easypost_connect::internal {

/// A body that is being read, once, from its beginning. One thread at a time.
class BodyInput {
 public:
  BodyInput() = default;
  virtual ~BodyInput() = default;
  BodyInput(const BodyInput&) = delete;
  BodyInput& operator=(const BodyInput&) = delete;

  /// Up to `capacity` bytes, and no more than size() in all; 0: the end. Throws nothing but std::bad_alloc.
  [[nodiscard]] virtual Result<std::size_t> read(char* buffer, std::size_t capacity) = 0;
  /// How many bytes it will give; nothing: not known before its end.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const noexcept = 0;
};

/// Where a body comes from that is not given as bytes. Thread-safe.
class BodyOrigin {
 public:
  BodyOrigin() = default;
  virtual ~BodyOrigin() = default;
  BodyOrigin(const BodyOrigin&) = delete;
  BodyOrigin& operator=(const BodyOrigin&) = delete;

  /// For one attempt.
  [[nodiscard]] virtual Result<std::unique_ptr<BodyInput>> open() const = 0;
  /// As far as it is known now; when all was read, it is.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const noexcept = 0;
  /// open() starts from the beginning, however often.
  [[nodiscard]] virtual bool repeatable() const noexcept = 0;
  /// Part of it was read, and open() cannot bring it back.
  [[nodiscard]] virtual bool spent() const noexcept = 0;
  /// False: it is a function, and an empty one.
  [[nodiscard]] virtual bool callable() const noexcept { return true; }
};

/// Null: the body is Body::bytes().
[[nodiscard]] const BodyOrigin* origin_of(const Body& body) noexcept;

/// As BodyOrigin::size().
[[nodiscard]] std::optional<std::uint64_t> size_of(const Body& body) noexcept;

/// As BodyOrigin::repeatable().
[[nodiscard]] bool repeatable(const Body& body) noexcept;

/// As BodyOrigin::spent().
[[nodiscard]] bool spent(const Body& body) noexcept;

}  // namespace easypost_connect::internal
