// SPDX-License-Identifier: Apache-2.0
// What one blocking call costs beside raw libcurl with a handle that is configured once: time, allocations and, under
// valgrind --tool=callgrind --collect-atstart=no, instructions. Both in one run, by turns, against the same server:
// whatever drifts meets both.
//   easypost-connect-sandbox --quiet -- request_cost [CALLS [raw|sdk]]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>

#include <easypost_connect/connect_client.hpp>

#include "allocation_counter.hpp"
#include "raw_client.hpp"
#include "service.hpp"

#ifdef EASYPOST_CONNECT_HAS_CALLGRIND
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT static_cast<void>(0)
#endif

namespace easypost_connect::benchmark {
namespace {

constexpr const char* kPath = "/jobs/5b1f0a7e-0000-4000-8000-000000000001";

// Under these names request_cost.sh finds the instructions.
[[gnu::noinline]] std::size_t raw_call(RawClient& raw) { return raw.get().size(); }
[[gnu::noinline]] std::size_t sdk_call(ConnectClient& client) { return client.get(kPath).value().body.size(); }

/// The sum of all calls of one kind.
class Cost {
 public:
  template <typename Call>
  void add(const Call& call) {
    const long allocations_before = allocations();
    const auto start = std::chrono::steady_clock::now();
    if (call() == 0) throw std::runtime_error("an empty answer");
    duration_ += std::chrono::steady_clock::now() - start;
    allocations_ += allocations() - allocations_before;
    ++calls_;
  }

  [[nodiscard]] double microseconds() const { return duration_.count() / calls_; }
  [[nodiscard]] double allocated() const { return static_cast<double>(allocations_) / calls_; }

 private:
  std::chrono::duration<double, std::micro> duration_{0};
  long allocations_ = 0;
  int calls_ = 0;
};

void print(const Cost& raw, const Cost& sdk) {
  std::printf("%-28s %12s %12s\n", "per call", "raw libcurl", "SDK");
  std::printf("%-28s %12.1f %12.1f  (%.2fx)\n", "microseconds", raw.microseconds(), sdk.microseconds(),
              sdk.microseconds() / raw.microseconds());
  std::printf("%-28s %12.1f %12.1f  (%+.1f)\n", "allocations", raw.allocated(), sdk.allocated(),
              sdk.allocated() - raw.allocated());
}

/// `only`: the calls of one kind, for a look at their system calls from outside; empty: both.
void run(int calls, std::string_view only) {
  const Service service = Service::from_environment();
  RawClient raw(service, fetch_token(service), kPath);
  curl_easy_setopt(raw.handle(), CURLOPT_CAPATH, nullptr);  // libcurl copies its default for each transfer
  auto client = ConnectClient::from_environment().value();
  for (int i = 0; i < 20; ++i) {  // connected, and all buffers at their size
    raw_call(raw);
    sdk_call(client);
  }
  Cost raw_cost;
  Cost sdk_cost;
  CALLGRIND_TOGGLE_COLLECT;
  for (int i = 0; i < calls; ++i) {
    if (only != "sdk") raw_cost.add([&raw] { return raw_call(raw); });
    if (only != "raw") sdk_cost.add([&client] { return sdk_call(client); });
  }
  CALLGRIND_TOGGLE_COLLECT;
  if (only.empty()) print(raw_cost, sdk_cost);
}

}  // namespace
}  // namespace easypost_connect::benchmark

int main(int argc, char** argv) {
  try {
    easypost_connect::benchmark::run(argc > 1 ? std::atoi(argv[1]) : 1000, argc > 2 ? argv[2] : "");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "request_cost: %s\n", failure.what());
    return 1;
  }
}
