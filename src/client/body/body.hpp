// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <easypost_connect/body.hpp>
#include <easypost_connect/request.hpp>

namespace easypost_connect::internal {

/// A body that is being read, once, from its beginning. One thread at a time.
class SourceReader {
 public:
  SourceReader() = default;
  virtual ~SourceReader() = default;
  SourceReader(const SourceReader&) = delete;
  SourceReader& operator=(const SourceReader&) = delete;

  /// Reads up to `capacity` bytes, and no more than size() in all. Returns 0 at the end. Throws nothing but
  /// std::bad_alloc.
  [[nodiscard]] virtual Result<std::size_t> read(char* buffer, std::size_t capacity) = 0;
  /// Returns how many bytes the reader will give; nothing when that is not known before its end.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const noexcept = 0;
};

/// The place where a body comes from that is not given as bytes. Thread-safe.
class BodySource {
 public:
  BodySource() = default;
  virtual ~BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;

  /// Opens the source for one attempt.
  [[nodiscard]] virtual Result<std::unique_ptr<SourceReader>> open() const = 0;
  /// Returns the size, if known. It is always known once everything has been read.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const noexcept = 0;
  /// Returns whether open() starts from the beginning, however often it is called.
  [[nodiscard]] virtual bool repeatable() const noexcept = 0;
  /// Returns whether part of the body was read and open() cannot bring it back.
  [[nodiscard]] virtual bool spent() const noexcept = 0;
  /// Returns false for an empty function.
  [[nodiscard]] virtual bool callable() const noexcept { return true; }
};

/// Returns the source of `body`; null when the body is Body::bytes().
[[nodiscard]] const BodySource* source_of(const Body& body) noexcept;

/// Returns what BodySource::size() says, or the number of bytes.
[[nodiscard]] std::optional<std::uint64_t> size_of(const Body& body) noexcept;

/// Returns what BodySource::repeatable() says; true for bytes.
[[nodiscard]] bool repeatable(const Body& body) noexcept;

/// Returns what BodySource::spent() says; false for bytes.
[[nodiscard]] bool spent(const Body& body) noexcept;

/// Takes the body of one answer to its sink. If finish() is not called, nothing that looks complete is left. One thread
/// at a time; throws nothing but std::bad_alloc.
class DrainWriter {
 public:
  DrainWriter() = default;
  virtual ~DrainWriter() = default;
  DrainWriter(const DrainWriter&) = delete;
  DrainWriter& operator=(const DrainWriter&) = delete;

  [[nodiscard]] virtual Result<void> write(std::string_view bytes) = 0;
  /// Ends the body: all of it was written.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

/// Where the body of an answer goes. Thread-safe.
class BodyDrain {
 public:
  BodyDrain() = default;
  virtual ~BodyDrain() = default;
  BodyDrain(const BodyDrain&) = delete;
  BodyDrain& operator=(const BodyDrain&) = delete;

  /// Opens the drain for one attempt.
  [[nodiscard]] virtual Result<std::unique_ptr<DrainWriter>> open() const = 0;
  /// Returns whether the drain was given bytes that another attempt would give it again.
  [[nodiscard]] virtual bool spent() const noexcept = 0;
  /// Returns false for an empty function.
  [[nodiscard]] virtual bool callable() const noexcept { return true; }
};

/// Returns the drain of `sink`; null when the body goes into Response::body.
[[nodiscard]] const BodyDrain* drain_of(const BodySink& sink) noexcept;

/// Returns whether an answer to that request with that status goes into its sink, if it has one. An answer that has no
/// body by its kind does not (RFC 9110, sections 9.3.2, 15.3.5 and 15.3.6): it says nothing about a file that is there.
[[nodiscard]] constexpr bool goes_into_sink(Method method, int status) noexcept {
  return method != Method::kHead && status / 100 == 2 && status != 204 && status != 205;
}

/// Returns what BodyDrain::spent() says; false without a drain.
[[nodiscard]] bool spent(const BodySink& sink) noexcept;

}  // namespace easypost_connect::internal
