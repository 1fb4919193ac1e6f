// SPDX-License-Identifier: Apache-2.0
#include "engine/attempt_report.hpp"

#include "body/body.hpp"
#include "core/url.hpp"

namespace easypost_connect::internal {

AttemptReport::AttemptReport(const Call& call) : call_(call) {
  const Url url(call.context().url);
  attempt_.call_id = call.context().call_id;
  attempt_.method = call.request().method;
  attempt_.server_address = url.authority;
  attempt_.url_path = url.path;
  attempt_.resend_count = call.resend_count();
}

void AttemptReport::finished(Observer& observer, const Result<Response>& response,
                             SteadyTime::duration duration) const {
  AttemptFinished event;
  static_cast<AttemptEvent&>(event) = attempt_;
  event.duration = std::chrono::duration_cast<std::chrono::microseconds>(duration);
  event.request_body_size = size_of(call_.request().body).value_or(0);
  if (response) {
    event.status_code = response->status;
    event.response_body_size = response->body.size() + response->streamed_bytes;
    event.connection_reused = response->connection_reused;
    return observer.attempt_finished(event);
  }
  const Error error = call_.without_secrets(response.error());  // a transport of the caller's may say too much
  event.error = &error;
  event.connection_reused = error.seen.kept_connection;
  observer.attempt_finished(event);
}

void report_retry(Observer& observer, const Call& call, SteadyTime now) {
  const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(call.resume_at() - now);
  observer.retry_scheduled(
      {{call.context().call_id}, call.failure(), call.resend_count(), std::max(pause, std::chrono::milliseconds(0))});
}

}  // namespace easypost_connect::internal
