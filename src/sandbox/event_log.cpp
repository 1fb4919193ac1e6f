// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_log.hpp"

#include <string>

namespace easypost_connect::sandbox {
namespace {

std::string_view column_of(SandboxHost host) noexcept {
  switch (host) {
    case SandboxHost::kApi: return "api     ";
    case SandboxHost::kOAuth: return "oauth   ";
    case SandboxHost::kStorage: return "storage ";
  }
  return "";
}

}  // namespace

std::size_t EventLog::count(std::size_t SandboxCounters::*counter) noexcept {
  const std::lock_guard lock(counting_);
  return ++(counters_.*counter);
}

SandboxCounters EventLog::counters() const noexcept {
  const std::lock_guard lock(counting_);
  return counters_;
}

void EventLog::write(SandboxHost host, std::string_view text) noexcept {
  if (!sink_) return;
  try {
    std::string line(column_of(host));
    for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    const std::lock_guard lock(writing_);
    sink_(line);
  } catch (...) {  // NOLINT(bugprone-empty-catch): see the header
  }
}

}  // namespace easypost_connect::sandbox
