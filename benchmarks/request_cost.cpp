// SPDX-License-Identifier: Apache-2.0
// What one blocking call costs beside raw libcurl with a handle that is configured once: time, allocations and, under
// valgrind --tool=callgrind, instructions. Both are measured in one run, against the same server.
//   easypost-connect-sandbox --quiet -- request_cost [CALLS]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>

#include <easypost_connect/connect_client.hpp>

#include "allocation_counter.hpp"
#include "raw_client.hpp"

#ifdef EASYPOST_CONNECT_HAS_CALLGRIND
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name) static_cast<void>(name)
#endif

namespace easypost_connect::benchmark {
namespace {

constexpr const char* kPath = "/jobs/5b1f0a7e-0000-4000-8000-000000000001";

struct Cost {
  double microseconds;
  double allocations;
};

Cost measure(const char* name, int calls, const std::function<std::size_t()>& call) {
  for (int i = 0; i < 20; ++i) call();  // connected, and all buffers at their size
  const long allocations_before = allocations();
  const auto start = std::chrono::steady_clock::now();
  CALLGRIND_ZERO_STATS;
  for (int i = 0; i < calls; ++i) {
    if (call() == 0) throw std::runtime_error("an empty answer");
  }
  CALLGRIND_DUMP_STATS_AT(name);
  const std::chrono::duration<double, std::micro> duration = std::chrono::steady_clock::now() - start;
  return {duration.count() / calls, static_cast<double>(allocations() - allocations_before) / calls};
}

void run(int calls) {
  RawClient raw(kPath);
  auto client = ConnectClient::from_environment().value();
  const Cost base = measure("raw", calls, [&raw] { return raw.get().size(); });
  const Cost sdk = measure("sdk", calls, [&client] { return client.get(kPath).value().body.size(); });
  std::printf("%-28s %12s %12s\n", "per call", "raw libcurl", "SDK");
  std::printf("%-28s %12.1f %12.1f  (%.2fx)\n", "microseconds", base.microseconds, sdk.microseconds,
              sdk.microseconds / base.microseconds);
  std::printf("%-28s %12.1f %12.1f  (%+.1f)\n", "allocations", base.allocations, sdk.allocations,
              sdk.allocations - base.allocations);
}

}  // namespace
}  // namespace easypost_connect::benchmark

int main(int argc, char** argv) {
  try {
    easypost_connect::benchmark::run(argc > 1 ? std::atoi(argv[1]) : 1000);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "request_cost: %s\n", failure.what());
    return 1;
  }
}
