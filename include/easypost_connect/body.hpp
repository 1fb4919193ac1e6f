// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <easypost_connect/error.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

class Body;
class BodySink;

namespace internal {
class BodySource;
class BodyDrain;
const BodySource* source_of(const Body& body) noexcept;
const BodyDrain* drain_of(const BodySink& sink) noexcept;
}  // namespace internal

// The functions below are called on the thread that carries the call out, one at a time for each call, and not after
// its end. That of an asynchronous call carries out others, too: they wait as long. What they throw ends the call with
// ErrorCode::kBodyIo. To end it from within, cancel its CallOptions::cancellation. They may destroy the client, which
// ends the call too. A blocking call of the same client is refused where it would wait for itself.

/// Writes the next bytes of a body into `buffer`, at most `capacity` (more than 0), and returns how many; 0: there are
/// no more. A lambda may simply return a std::size_t. An Error ends the call, which returns it.
using BodyReader = std::function<Result<std::size_t>(char* buffer, std::size_t capacity)>;

/// Takes the next bytes of a body; they are valid during the call only. A lambda names its return type,
/// `-> Result<void>`, and returns `{}` to go on. An Error ends the call, which returns it.
using BodyWriter = std::function<Result<void>(std::string_view bytes)>;

/// The body of a request: bytes, or the place where they come from. A body that is not given as bytes is read while it
/// is sent, in pieces of at most 64 KiB, and never held whole.
///
///     client->post("/jobs/single-file", R"({"workflowId":"w"})");
///     client->upload(url, Body::from_file("letters.pdf"));
///
/// Copies are independent of each other, but for the function of from_function(), which they share.
class EASYPOST_CONNECT_EXPORT Body {
 public:
  Body() = default;                                               ///< empty
  Body(std::string bytes) noexcept : owned_(std::move(bytes)) {}  // NOLINT(google-explicit-constructor)
  Body(const char* bytes) : owned_(bytes) {}                      // NOLINT(google-explicit-constructor)

  /// Makes a body of bytes that the caller keeps, unchanged, until the call has ended.
  [[nodiscard]] static Body from_memory(std::string_view bytes) noexcept;

  /// Makes a body of a regular file, which is opened anew for each attempt. One that cannot be read, has no size of its
  /// own (as in /proc), or changes while it is sent (in content, permissions or name, by its size and times), ends the
  /// call with ErrorCode::kBodyIo before the server has got a whole body. What a program writes through a mapping
  /// (mmap(2)) may change no time until later: do not send a file that another program has mapped for writing.
  [[nodiscard]] static Body from_file(std::string path);

  /// Makes a body of what `read` gives: `size` bytes, or, without a size, all until its end, in chunks (RFC 9112,
  /// section 7.1). It is an Error if `read` ends before `size`; beyond it `read` is not called. The body can be read
  /// once: a call is not repeated after `read` was called, and a second call with the same body is an Error.
  [[nodiscard]] static Body from_function(BodyReader read, std::optional<std::uint64_t> size = std::nullopt);

  /// Returns what is in memory: nothing for a file and a function. A Transport of one's own gets those as bytes, too.
  [[nodiscard]] std::string_view bytes() const noexcept { return borrowed_.empty() ? owned_ : borrowed_; }

 private:
  friend const internal::BodySource* internal::source_of(const Body& body) noexcept;

  std::string owned_;
  std::string_view borrowed_;
  std::shared_ptr<const internal::BodySource> origin_;
};

/// The place where the body of a 2xx answer goes instead of into Response::body, piece by piece as it arrives. The body
/// of any other answer goes into Error::response.
class EASYPOST_CONNECT_EXPORT BodySink {
 public:
  BodySink() = default;  ///< none: Response::body

  /// Writes a file under a temporary name beside its own, which it gets when it is complete and on the disk: what
  /// stands at `path` is a whole body, of this call or of an earlier one. An answer that has no body by its kind (to
  /// HEAD, 204, 205) leaves it alone; a body of no bytes is an empty file. Permissions are those of the file it
  /// replaces, or what the umask allows; a symbolic link stays one. A file that cannot be written ends the call with
  /// ErrorCode::kBodyIo.
  ///
  /// Writing, and fsync(2) at the end, take as long as the disk does, whatever the deadline of the call, and on the I/O
  /// thread other asynchronous calls wait as well: give slow disks, such as those of a network, to blocking calls.
  [[nodiscard]] static BodySink to_file(std::string path);

  /// Gives the bytes to `write`, none of them twice: a call is not repeated after the first one was given.
  [[nodiscard]] static BodySink to_function(BodyWriter write);

 private:
  friend const internal::BodyDrain* internal::drain_of(const BodySink& sink) noexcept;

  std::shared_ptr<const internal::BodyDrain> target_;
};

/// Says how far the bodies of a call have come, in bytes, before any encoding. Each attempt starts from zero.
struct Progress {
  std::uint64_t sent = 0;  ///< given to the network; some of it may still be on its way
  std::optional<std::uint64_t> to_send;
  std::uint64_t received = 0;
  std::optional<std::uint64_t> to_receive;  ///< the Content-Length of the answer
};

/// The function is called after each piece: some 64 times per MiB received, 16 times per MiB sent.
using ProgressCallback = std::function<void(const Progress& progress)>;

}  // namespace easypost_connect
