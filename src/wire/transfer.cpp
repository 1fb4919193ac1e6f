// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer.hpp"

#include <utility>

#include "core/body_target.hpp"
#include "core/make_error.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {

std::optional<Error> Transfer::open(const Request& request, const CallContext& context) {
  progress_.begin(request.options.progress, size_of(request.body));
  sink_.reset(request.method, context.max_response_bytes, target_of(request.options.sink), progress_);
  if (auto error = body_.open(request, progress_)) return error;
  end_.begin(request, context, body_.whole());
  return std::nullopt;
}

void Transfer::close() noexcept {
  body_.close();
  sink_.close();
}

Result<Response> Transfer::judge(const Seen& seen, Connector& connector) {
  const int status = static_cast<int>(seen.sent.status);
  const bool refused_early = connection_ended(seen.code) && status >= 400;
  if (seen.code == CURLE_OK || sink_.cut() || refused_early) {
    connector.answered(status);
    return sink_.take(status);
  }
  if (seen.cancelled) return cancelled_error();
  if (body_.failure()) return *std::move(body_.failure());
  if (sink_.failure()) return *std::move(sink_.failure());
  if (sink_.too_large()) return sink_.too_large_error();
  return connector.failure(seen.code, seen.sent, seen.words);
}

}  // namespace easypost_connect::internal
