// SPDX-License-Identifier: Apache-2.0
// What one call of many in flight costs beside a multi handle of raw libcurl's: both over one HTTP/2 connection, by
// turns and in one run, against the same server.
//   benchmarks/driver/beside_nginx.py multiplexed_cost [CALLS [raw|sdk]]
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "allocation_counter.hpp"
#include "raw_multi.hpp"
#include "sdk_multi.hpp"
#include "service.hpp"

namespace easypost_connect::benchmark {
namespace {

constexpr const char* kPath = "/job";
constexpr std::size_t kWidth = 100;
constexpr int kTurns = 5;
constexpr Seconds kLongEnough{600};

/// Of all turns of one client.
class Cost {
 public:
  template <typename Calls>
  void add(std::size_t number, const Calls& make_calls) {
    Load load(kLongEnough, number);
    const long allocations_before = allocations();
    const auto start = Clock::now();
    make_calls(load);
    duration_ += Clock::now() - start;
    allocations_ += allocations() - allocations_before;
    calls_ += load.latencies().size();
  }

  [[nodiscard]] double microseconds() const { return duration_.count() / static_cast<double>(calls_); }
  [[nodiscard]] double allocated() const { return static_cast<double>(allocations_) / static_cast<double>(calls_); }

 private:
  std::chrono::duration<double, std::micro> duration_{0};
  long allocations_ = 0;
  std::size_t calls_ = 0;
};

void print(const Cost& raw, const Cost& sdk) {
  std::printf("%-28s %12s %12s\n", "per multiplexed call", "raw libcurl", "SDK");
  std::printf("%-28s %12.1f %12.1f  (%.2fx)\n", "microseconds", raw.microseconds(), sdk.microseconds(),
              sdk.microseconds() / raw.microseconds());
  std::printf("%-28s %12.1f %12.1f  (%+.1f)\n", "allocations", raw.allocated(), sdk.allocated(),
              sdk.allocated() - raw.allocated());
}

/// `only`: the calls of one client, for a count of its instructions from outside; empty: both.
void run(std::size_t calls, std::string_view only) {
  const Service service = Service::from_environment();
  RawMulti raw(service, fetch_token(service), kPath, kWidth);
  auto client = ConnectClient::from_environment().value();
  const auto raw_calls = [&raw](Load& load) { raw.run(load); };
  const auto sdk_calls = [&client](Load& load) { keep_in_flight(client, load, kWidth, kPath); };
  Cost warming_up;  // connected, and all buffers at their size
  warming_up.add(10 * kWidth, raw_calls);
  warming_up.add(10 * kWidth, sdk_calls);
  Cost raw_cost;
  Cost sdk_cost;
  for (int turn = 0; turn < kTurns; ++turn) {
    if (only != "sdk") raw_cost.add(calls / kTurns, raw_calls);
    if (only != "raw") sdk_cost.add(calls / kTurns, sdk_calls);
  }
  if (only.empty()) print(raw_cost, sdk_cost);
}

}  // namespace
}  // namespace easypost_connect::benchmark

int main(int argc, char** argv) {
  try {
    easypost_connect::benchmark::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000, argc > 2 ? argv[2] : "");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "multiplexed_cost: %s\n", failure.what());
    return 1;
  }
}
