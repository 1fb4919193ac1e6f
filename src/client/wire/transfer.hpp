// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/request.hpp>
#include <easypost_connect/transport.hpp>

#include "body/body.hpp"
#include "body/progress_report.hpp"
#include "core/clock.hpp"
#include "wire/connector.hpp"
#include "wire/response_builder.hpp"

namespace easypost_connect::internal {

/// Says until when one attempt may go on. The deadline in its context is put off while bytes of a body move, so that a
/// large body is judged by its progress. One thread at a time.
class AttemptEnd {
 public:
  /// An attempt in which nothing has moved for so long is lost.
  static constexpr std::chrono::seconds kLongestSilence{30};

  /// `request` must outlive the attempt. `handed_over` says that its body has no byte, or none left to send.
  void begin(const Request& request, const CallContext& context, bool handed_over) noexcept {
    request_ = &request;
    end_ = context.deadline;
    latest_ = std::max(context.deadline, context.call_deadline);
    once_whole_ = context.once_whole;
    if (!would_be_repeated(handed_over)) end_ = latest_;
  }
  /// Begins for a connection that is opened without a request.
  void begin(const CallContext& context) noexcept { end_ = latest_ = context.deadline; }

  /// Notes that bytes of a body have moved, or the headers of an answer have ended. An attempt that would not be
  /// repeated after that has until the deadline of its call.
  void moved(bool handed_over, SteadyTime now) noexcept {
    end_ = would_be_repeated(handed_over) ? std::clamp(now + kLongestSilence, end_, latest_) : latest_;
  }

  [[nodiscard]] SteadyTime at() const noexcept { return end_; }

 private:
  [[nodiscard]] bool would_be_repeated(bool handed_over) const noexcept {
    return !(once_whole_ && handed_over) && !spent(request_->body) && !spent(request_->options.sink);
  }

  const Request* request_ = nullptr;
  SteadyTime end_{};
  SteadyTime latest_{};
  bool once_whole_ = false;
};

/// Reads the body of a request for one attempt, piece by piece, straight into a codec's buffer.
class RequestBody {
 public:
  /// Opens the body for one attempt. `request` and `progress` must outlive the attempt. If this returns an Error, the
  /// body cannot be sent.
  [[nodiscard]] Result<void> open(const Request& request, ProgressReport& progress);
  void close() noexcept;

  /// Returns the size in bytes; nothing when it is not known.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept;
  /// Tells whether the body was read to its end, and so was sent as far as anybody can tell here.
  [[nodiscard]] bool whole() const noexcept { return ended_ || given_ == size(); }

  /// Reads the next bytes, at most `capacity`. 0 means the end. Nothing means that the body cannot be read, and
  /// outcome() says why.
  [[nodiscard]] std::optional<std::size_t> read(char* buffer, std::size_t capacity) noexcept;
  [[nodiscard]] Result<void>& outcome() noexcept { return outcome_; }

 private:
  [[nodiscard]] Result<std::size_t> read_next(char* buffer, std::size_t capacity);

  ProgressReport* progress_ = nullptr;
  std::string_view rest_;                 // the rest of a body in memory
  std::unique_ptr<SourceReader> reader_;  // reads any other body
  std::uint64_t given_ = 0;
  bool ended_ = false;
  Result<void> outcome_;  // says whether read() has failed
};

/// Moves the bytes of one attempt to the server and back, in whatever version of HTTP: it holds the bodies, knows until
/// when they may move, and judges what has become of the attempt. One thread at a time.
class Transfer {
 public:
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Returns until when the transfer may go on, which is later while bytes move.
  [[nodiscard]] SteadyTime end() const noexcept { return end_.at(); }

 protected:
  Transfer() = default;
  ~Transfer() = default;

  /// Opens the bodies. Request and context must live until close(). If this returns an Error, there is nothing to send.
  [[nodiscard]] Result<void> open(const Request& request, const CallContext& context);
  void close() noexcept;

  /// Says what was seen of the attempt.
  struct Seen {
    CURLcode code = CURLE_OK;  ///< CURLE_OK if the answer is whole, otherwise why it is not
    std::string words;         ///< words for what was seen, if libcurl has none
    Connector::Sent sent;
    bool cancelled = false;
  };
  /// Says what has become of the attempt. A server that refuses a request before it has read all of it may end the
  /// connection behind its answer; the status says more than that end does.
  [[nodiscard]] Result<Response> judge(const Seen& seen, Connector& connector);

  ProgressReport progress_;
  AttemptEnd end_;
  ResponseBuilder builder_;
  RequestBody body_;
};

}  // namespace easypost_connect::internal
