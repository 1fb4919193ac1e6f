// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <easypost_connect/transport.hpp>

#include "wire/attempt_end.hpp"
#include "wire/connector.hpp"
#include "wire/request_body.hpp"
#include "wire/response_sink.hpp"

namespace easypost_connect::internal {

/// The bytes of one attempt, to the server and back, whatever HTTP they are spoken in: the bodies, until when they may
/// move, and what has become of it all in the end. One thread at a time.
class Transfer {
 public:
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Until when it may go on; moves while bytes do.
  [[nodiscard]] SteadyTime end() const noexcept { return end_.at(); }

 protected:
  Transfer() = default;
  ~Transfer() = default;

  /// Opens the bodies; both must live until close(). An Error: there is nothing to send.
  [[nodiscard]] std::optional<Error> open(const Request& request, const CallContext& context);
  void close() noexcept;

  /// What was seen of it.
  struct Seen {
    CURLcode code = CURLE_OK;  ///< CURLE_OK: the answer is whole; otherwise why it is not
    std::string words;         ///< what was seen, if libcurl does not know it
    Connector::Sent sent;
    bool cancelled = false;
  };
  /// A server that refuses a request before it has read all of it may end the connection behind its answer: the status
  /// says more than that end does.
  [[nodiscard]] Result<Response> judge(const Seen& seen, Connector& connector);

  ProgressReport progress_;
  AttemptEnd end_;
  ResponseSink sink_;
  RequestBody body_;
};

}  // namespace easypost_connect::internal
