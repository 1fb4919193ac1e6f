// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <httplib.h>

#include "sandbox/job_store.hpp"
#include "sandbox/journal.hpp"

namespace easypost_connect::sandbox {

/// Where presigned URLs lead. The URL is the permission; whatever
/// else a client shows to prove itself is refused, and counted.
class StorageHost {
 public:
  StorageHost(JobStore& jobs, Journal& journal) : jobs_(jobs), journal_(journal) {}

  /// Answers a request; returns what the log should say about it. Thread-safe.
  std::string answer(const httplib::Request& request, httplib::Response& response);

  /// What a presigned URL has after the host.
  static std::string target_for(const JobStore::PreparedJob& prepared);

 private:
  JobStore& jobs_;
  Journal& journal_;
};

}  // namespace easypost_connect::sandbox
