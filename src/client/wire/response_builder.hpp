// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <easypost_connect/result.hpp>

#include "body/body.hpp"
#include "body/progress_report.hpp"

namespace easypost_connect::internal {

/// Collects one answer from the codec that reads it. The body goes to memory, or to the caller's sink if the status is
/// 2xx. The builder stops at a size limit instead of filling the memory.
class ResponseBuilder {
 public:
  /// Servers send a few hundred bytes of headers; libcurl stops at 300 kB.
  static constexpr std::size_t kLargestHeaders = std::size_t{256} * 1024;
  /// So much of a refusal's body is kept, and then the transfer ends. An Error that many keep stays small, and a
  /// refusal with a long page still says what its status is.
  static constexpr std::size_t kLargestRefusal = std::size_t{64} * 1024;

  /// Begins the next answer, to a request of that method. `drain` may be null; `drain` and `progress` must live until
  /// the answer was taken.
  void reset(Method method, std::size_t max_body_bytes, const BodyDrain* drain, ProgressReport& progress);
  /// Drops the sink; what was not finished is discarded.
  void close() noexcept;

  /// A codec calls the following for the parts of the answer. They return false when no more of it is wanted.
  ///
  /// Begins a head, and forgets what an interim answer before it (1xx) said.
  void on_head() noexcept;
  /// Counts bytes of a head or of trailers, whatever they say.
  [[nodiscard]] bool on_head_bytes(std::size_t count) noexcept;
  [[nodiscard]] bool on_field(std::string_view name, std::string_view value) noexcept;
  void on_head_end(int status) noexcept { status_ = status; }
  [[nodiscard]] bool on_body(std::string_view part) noexcept;

  [[nodiscard]] bool too_large() const noexcept { return too_large_; }
  [[nodiscard]] bool headers_too_large() const noexcept { return header_bytes_ > kLargestHeaders; }
  [[nodiscard]] Error too_large_error() const;
  /// Tells whether the transfer ended because a refusal's body was longer than what is kept.
  [[nodiscard]] bool cut() const noexcept { return cut_; }
  /// Fails once the caller's sink, the function for progress, or memory has ended the transfer.
  [[nodiscard]] Result<void>& outcome() noexcept { return outcome_; }

  /// Returns the answer, or an Error when the sink cannot finish.
  [[nodiscard]] Result<Response> take(int status);

 private:
  [[nodiscard]] bool is_refusal() const noexcept { return status_ >= 300; }
  [[nodiscard]] std::size_t largest_refusal() const noexcept;
  [[nodiscard]] bool goes_to_drain() const noexcept { return drain_ != nullptr && goes_into_sink(method_, status_); }
  void reserve_body();
  void body_part(std::string_view part);
  void keep_refusal(std::string_view part);
  [[nodiscard]] Result<void> open_writer();
  [[nodiscard]] Result<void> give(std::string_view part);

  Response response_;
  Method method_ = Method::kGet;
  int status_ = 0;
  std::size_t max_body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  std::uint64_t announced_ = 0;  // Content-Length
  std::uint64_t body_bytes_ = 0;
  bool too_large_ = false;
  bool cut_ = false;
  const BodyDrain* drain_ = nullptr;
  std::unique_ptr<DrainWriter> writer_;
  ProgressReport* progress_ = nullptr;
  Result<void> outcome_;
};

}  // namespace easypost_connect::internal
