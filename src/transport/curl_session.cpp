// SPDX-License-Identifier: Apache-2.0
#include "transport/curl_session.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "transport/sigpipe_guard.hpp"

namespace easypost_connect::internal {
namespace {

std::chrono::milliseconds time_left(SteadyTime deadline) noexcept {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
}

}  // namespace

CurlSession::CurlSession(const ConnectionSetup& setup, HttpVersion http_version)
    : setup_(setup), http_version_(http_version), transfer_(setup, http_version) {}

Result<Response> CurlSession::send(const Request& request, const CallContext& context) {
  if (auto error = multi_.refusal()) return *std::move(error);
  if (auto error = transfer_.prepare(request, context)) return *std::move(error);
  const bool cancelled = context.cancellation.cancelled();
  return transfer_.outcome(cancelled ? CURLE_ABORTED_BY_CALLBACK : drive(transfer_, context), context);
}

std::optional<Error> CurlSession::connect(const CallContext& context) {
  if (auto error = multi_.refusal()) return error;
  CurlTransfer opening(setup_, http_version_);  // leaves nothing to undo behind
  if (!opening.prepare_connection(context)) return opening.refusal();
  if (context.cancellation.cancelled()) return cancelled_error();
  return opening.connection_outcome(drive(opening, context), context);
}

CURLcode CurlSession::drive(const CurlTransfer& transfer, const CallContext& context) {
  const CancellationCallback wake(context.cancellation, [this] { curl_multi_wakeup(multi_.get()); });
  const SigpipeGuard guard;
  if (const CURLMcode added = curl_multi_add_handle(multi_.get(), transfer.handle()); added != CURLM_OK)
    return transfer_code(added);
  const CURLcode code = wait_for_end(transfer, context);
  curl_multi_remove_handle(multi_.get(), transfer.handle());  // closes the connection if the transfer has not ended
  return code;
}

CURLcode CurlSession::wait_for_end(const CurlTransfer& transfer, const CallContext& context) noexcept {
  for (;;) {
    int running = 0;
    if (const CURLMcode failed = curl_multi_perform(multi_.get(), &running); failed != CURLM_OK)
      return transfer_code(failed);
    if (running == 0) break;
    const auto left = time_left(transfer.end());
    if (left.count() <= 0) return CURLE_OPERATION_TIMEDOUT;
    if (context.cancellation.cancelled()) return CURLE_ABORTED_BY_CALLBACK;
    const auto step = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
    if (const CURLMcode failed = curl_multi_poll(multi_.get(), nullptr, 0, step, nullptr); failed != CURLM_OK)
      return transfer_code(failed);
  }
  int queued = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued);
  return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

}  // namespace easypost_connect::internal
