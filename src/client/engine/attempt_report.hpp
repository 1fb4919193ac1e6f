// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/observer.hpp>
#include <easypost_connect/result.hpp>

#include "call/call.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Tells an observer of one attempt. Takes the address and the path from the URL, and leaves the query out: it may be
/// personal.
class AttemptReport {
 public:
  /// `call` must outlive the report.
  explicit AttemptReport(const Call& call);

  void started(Observer& observer) const noexcept { observer.attempt_started(attempt_); }
  void finished(Observer& observer, const Result<Response>& response, SteadyTime::duration duration) const;

 private:
  const Call& call_;
  AttemptEvent attempt_;
};

void report_retry(Observer& observer, const Call& call, SteadyTime now);

}  // namespace easypost_connect::internal
