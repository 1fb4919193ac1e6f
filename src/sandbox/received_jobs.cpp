// SPDX-License-Identifier: Apache-2.0
#include "sandbox/received_jobs.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "sandbox/secrets.hpp"

namespace easypost_connect::sandbox {
namespace {

constexpr const char* kAwaitingFile = "AWAITING_FOR_FILE";  // documented
constexpr const char* kProcessing = "PROCESSING";           // assumed, as the next one
constexpr const char* kCompleted = "COMPLETED";
constexpr std::chrono::hours kUploadLife{2};  // documented; the job is deleted after that

// 2025-01-01T00:00:00Z, and one job a second from there on.
constexpr std::chrono::system_clock::time_point kFirstStart{std::chrono::seconds{1'735'689'600}};

ReceivedJob seeded_job(std::size_t index) {
  constexpr std::array kNames = {"Invoices", "Payslips", "Reminders"};
  std::array<char, 48> id{};
  std::snprintf(id.data(), id.size(), "5b1f0a7e-0000-4000-8000-%012zu", index + 1);
  ReceivedJob job;
  job.id = id.data();
  job.order.workflow_id = "workflow-" + std::to_string(index % kNames.size() + 1);
  job.order.name = std::string(kNames.at(index % kNames.size())) + ' ' + std::to_string(index + 1);
  job.order.filename = "batch-" + std::to_string(index + 1) + ".pdf";
  job.status = kCompleted;
  job.start_date = kFirstStart + std::chrono::seconds(index);
  return job;
}

}  // namespace

ReceivedJobs::ReceivedJobs(std::size_t seeded) {
  entries_.reserve(seeded);
  for (std::size_t i = 0; i < seeded; ++i) entries_.push_back({seeded_job(i), ""});
}

std::optional<std::vector<ReceivedJob>> ReceivedJobs::page(std::string_view after, std::size_t size, Time now) {
  const std::lock_guard lock(mutex_);
  forget_jobs_without_file(now);
  auto first = entries_.begin();
  if (!after.empty()) {
    first = locate(after);
    if (first == entries_.end()) return std::nullopt;
    ++first;
  }
  std::vector<ReceivedJob> jobs;
  for (; first != entries_.end() && jobs.size() < size; ++first) jobs.push_back(first->job);
  return jobs;
}

std::optional<ReceivedJob> ReceivedJobs::find(std::string_view id, Time now) {
  const std::lock_guard lock(mutex_);
  forget_jobs_without_file(now);
  const auto entry = locate(id);
  if (entry == entries_.end()) return std::nullopt;
  return entry->job;
}

ReceivedJobs::PreparedJob ReceivedJobs::prepare(JobOrder order, Time now) {
  PreparedJob prepared{{random_uuid(), std::move(order), kAwaitingFile, now}, random_secret()};
  const std::lock_guard lock(mutex_);
  entries_.push_back({prepared.job, prepared.upload_signature});
  return prepared;
}

bool ReceivedJobs::take_file(std::string_view id, std::string_view signature, Time now) {
  const std::lock_guard lock(mutex_);
  forget_jobs_without_file(now);
  const auto entry = locate(id);
  if (entry == entries_.end() || entry->upload_signature.empty()) return false;
  if (!same_secret(entry->upload_signature, signature)) return false;
  entry->upload_signature.clear();
  entry->job.status = kProcessing;
  return true;
}

void ReceivedJobs::forget_jobs_without_file(Time now) {
  const auto too_old = [now](const Entry& entry) {
    return !entry.upload_signature.empty() && entry.job.start_date + kUploadLife <= now;
  };
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), too_old), entries_.end());
}

std::vector<ReceivedJobs::Entry>::iterator ReceivedJobs::locate(std::string_view id) {
  return std::find_if(entries_.begin(), entries_.end(), [id](const Entry& entry) { return entry.job.id == id; });
}

}  // namespace easypost_connect::sandbox
