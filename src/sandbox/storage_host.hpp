// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <httplib.h>

#include "sandbox/event_log.hpp"
#include "sandbox/received_jobs.hpp"

namespace easypost_connect::sandbox {

/// StorageHost is where presigned URLs lead. The URL is the permission; whatever
/// else a client shows to prove itself is refused, and counted.
class StorageHost {
 public:
  StorageHost(ReceivedJobs& jobs, EventLog& event_log) : jobs_(jobs), event_log_(event_log) {}

  /// Answers a request; returns what the log should say about it. Thread-safe.
  std::string answer(const httplib::Request& request, httplib::Response& response);

  /// Returns what a presigned URL has after the host.
  static std::string target_for(const ReceivedJobs::PreparedJob& prepared);

 private:
  ReceivedJobs& jobs_;
  EventLog& event_log_;
};

}  // namespace easypost_connect::sandbox
