// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace easypost_connect::sandbox {

/// JobOrder holds what the caller of POST /jobs/single-file decides.
struct JobOrder {
  std::string workflow_id;
  std::string name;
  std::string filename;
  std::string managed_company_id;  ///< empty: the caller acts for itself
};

/// A job as the sandbox keeps it.
struct ReceivedJob {
  std::string id;
  JobOrder order;
  std::string status;
  std::chrono::system_clock::time_point start_date;
};

/// The jobs, in the order of their start. Thread-safe; time is an argument.
class ReceivedJobs {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// A job that waits for its file, and the permission to upload it, once.
  struct PreparedJob {
    ReceivedJob job;
    std::string upload_signature;
  };

  /// Begins with `seeded` jobs, the same in every sandbox.
  explicit ReceivedJobs(std::size_t seeded);

  /// Returns at most `size` jobs after the one of that id, or from the
  /// first one if `after` is empty. Returns nothing when there is no such id.
  std::optional<std::vector<ReceivedJob>> page(std::string_view after, std::size_t size, Time now);
  std::optional<ReceivedJob> find(std::string_view id, Time now);
  PreparedJob prepare(JobOrder order, Time now);

  /// Takes the file of a waiting job. False when the signature is wrong, was used, or is too old.
  bool take_file(std::string_view id, std::string_view signature, Time now);

 private:
  struct Entry {
    ReceivedJob job;
    std::string upload_signature;  // empty: waits for no file
  };

  void forget_jobs_without_file(Time now);  // mutex_ is held
  std::vector<Entry>::iterator locate(std::string_view id);

  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace easypost_connect::sandbox
