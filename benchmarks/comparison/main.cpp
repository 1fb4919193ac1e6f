// SPDX-License-Identifier: Apache-2.0
// One client of the comparison, doing one task; what came of it is one line of JSON. benchmarks/driver runs these.
//   compare_CLIENT SCENARIO PATH AMOUNT [WIDTH]
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "comparison/meter.hpp"
#include "comparison/scenarios.hpp"

namespace {

using namespace easypost_connect::benchmark;

void print(Outcome outcome) {
  std::printf(R"({"requests":%llu,"bytes":%llu,"resumed":%llu,"seconds":%.6f,"cpu_seconds":%.6f,"p50_us":%.1f,)"
              R"("p99_us":%.1f,"peak_rss_mb":%.2f})"
              "\n",
              static_cast<unsigned long long>(outcome.requests), static_cast<unsigned long long>(outcome.bytes),
              static_cast<unsigned long long>(outcome.resumed), outcome.seconds, outcome.cpu_seconds,
              percentile(outcome.latencies, 0.50), percentile(outcome.latencies, 0.99), peak_resident_megabytes());
}

}  // namespace

int main(int argc, char** argv) {
  const auto started = Clock::now();
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s SCENARIO PATH AMOUNT [WIDTH]\n", argv[0]);
    return 2;
  }
  try {
    const std::size_t width = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 1;
    print(run({started, argv[1], argv[2], std::atof(argv[3]), width}));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", argv[0], failure.what());
    return 1;
  }
}
