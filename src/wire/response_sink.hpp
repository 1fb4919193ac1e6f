// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <easypost_connect/result.hpp>

#include "core/body_target.hpp"
#include "core/progress_report.hpp"

namespace easypost_connect::internal {

/// Collects one answer from the codec that reads it: the body in memory, or, of a 2xx answer, in the caller's sink.
/// Stops at a size limit instead of filling the memory.
class ResponseSink {
 public:
  /// Servers send a few hundred bytes of headers; libcurl stops at 300 kB.
  static constexpr std::size_t kLargestHeaders = std::size_t{256} * 1024;
  /// Of a refusal's body this much is kept, and the transfer ends: an Error that many keep stays small, and a refusal
  /// with a long page still says what its status is.
  static constexpr std::size_t kLargestRefusal = std::size_t{64} * 1024;

  /// For the next answer, to a request of that method. `target` may be null; both must outlive that.
  void reset(Method method, std::size_t max_body_bytes, const BodyTarget* target, ProgressReport& progress);
  /// Lets go of the sink: what was not finished is discarded.
  void close() noexcept;

  /// What a codec reads of the answer, part by part. False: no more of it is wanted.
  /// A head begins; what was told of an interim answer before it (1xx) is forgotten.
  void on_head() noexcept;
  /// So many bytes of a head or of trailers have come, whatever they say.
  [[nodiscard]] bool on_head_bytes(std::size_t count) noexcept;
  [[nodiscard]] bool on_field(std::string_view name, std::string_view value) noexcept;
  void on_head_end(int status) noexcept { status_ = status; }
  [[nodiscard]] bool on_body(std::string_view part) noexcept;

  [[nodiscard]] bool too_large() const noexcept { return too_large_; }
  [[nodiscard]] bool headers_too_large() const noexcept { return header_bytes_ > kLargestHeaders; }
  [[nodiscard]] Error too_large_error() const;
  /// All of a refusal's body that is kept was there, and the transfer ended for that.
  [[nodiscard]] bool cut() const noexcept { return cut_; }
  /// Why the caller's sink, or the function for progress, ended the transfer.
  [[nodiscard]] std::optional<Error>& failure() noexcept { return failure_; }

  /// The answer; an Error when the sink cannot finish.
  [[nodiscard]] Result<Response> take(int status);

 private:
  [[nodiscard]] bool is_refusal() const noexcept { return status_ >= 300; }
  [[nodiscard]] std::size_t largest_refusal() const noexcept;
  [[nodiscard]] bool goes_to_target() const noexcept { return target_ != nullptr && goes_into_sink(method_, status_); }
  void reserve_body();
  void body_part(std::string_view part);
  void keep_refusal(std::string_view part);
  [[nodiscard]] std::optional<Error> open_output();
  [[nodiscard]] std::optional<Error> give(std::string_view part);

  Response response_;
  Method method_ = Method::kGet;
  int status_ = 0;
  std::size_t max_body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  std::uint64_t announced_ = 0;  // Content-Length
  std::uint64_t body_bytes_ = 0;
  bool too_large_ = false;
  bool cut_ = false;
  const BodyTarget* target_ = nullptr;
  std::unique_ptr<BodyOutput> output_;
  ProgressReport* progress_ = nullptr;
  std::optional<Error> failure_;
};

}  // namespace easypost_connect::internal
