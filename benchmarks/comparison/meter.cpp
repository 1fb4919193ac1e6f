// SPDX-License-Identifier: Apache-2.0
#include "comparison/meter.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>

#ifdef EASYPOST_CONNECT_HAS_CALLGRIND
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION static_cast<void>(0)
#define CALLGRIND_STOP_INSTRUMENTATION static_cast<void>(0)
#endif

namespace easypost_connect::benchmark {
namespace {

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

double process_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

double peak_resident_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes / 1024;
  }
  return 0;
}

Meter::Meter() : start_(Clock::now()), cpu_start_(process_cpu_seconds()) { CALLGRIND_START_INSTRUMENTATION; }

void Meter::stop() {
  CALLGRIND_STOP_INSTRUMENTATION;
  cpu_seconds_ = process_cpu_seconds() - cpu_start_;
  seconds_ = std::chrono::duration<double>(Clock::now() - start_).count();
}

double percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), place, values.end());
  return static_cast<double>(*place);
}

}  // namespace easypost_connect::benchmark
