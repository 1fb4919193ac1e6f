// SPDX-License-Identifier: Apache-2.0
#include "figures.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

namespace easypost_connect::interop {
namespace {

constexpr const char* kHeader =
    "| scenario | calls | failed | retries | token requests | of these failed "
    "| ordinary call | during a refresh | while a refused token was replaced |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";

Latencies summary(std::vector<double> times) {
  Latencies result;
  result.calls = times.size();
  if (times.empty()) return result;
  std::sort(times.begin(), times.end());
  result.p50_ms = times[times.size() / 2];
  result.p99_ms = times[times.size() * 99 / 100];
  result.worst_ms = times.back();
  return result;
}

std::string to_string(const Latencies& latency) {
  if (latency.calls == 0) return "-";
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << latency.p50_ms << " / " << latency.p99_ms << " / " << latency.worst_ms
       << " (" << latency.calls << ")";
  return text.str();
}

std::string to_string(const Row& row) {
  std::ostringstream text;
  text << "| " << row.scenario << " | " << row.calls << " | " << row.failures << " | " << row.retries << " | "
       << row.token_requests << " | " << row.failed_token_requests << " | " << to_string(row.latency.ordinary) << " | "
       << to_string(row.latency.at_refresh) << " | " << to_string(row.latency.at_replacement) << " |\n";
  return text.str();
}

/// The tests may run in one process or in one each: the rows end up in the same table.
class Figures : public ::testing::Environment {
 public:
  void TearDown() override {
    if (rows.empty()) return;
    std::cout << '\n' << kHeader << rows;
    const char* file = std::getenv("EASYPOST_CONNECT_INTEROP_FIGURES");
    if (file == nullptr) return;
    const bool new_table = !std::filesystem::exists(file);
    std::ofstream(file, std::ios::app) << (new_table ? kHeader : "") << rows;
  }
  std::string rows;
};

Figures& figures() {
  static auto* const all =
      static_cast<Figures*>(::testing::AddGlobalTestEnvironment(new Figures));  // GoogleTest deletes it
  return *all;
}

[[maybe_unused]] const Figures& registered_before_the_first_test = figures();

}  // namespace

Comparison compare(const std::vector<CallRecord>& calls, const std::vector<TokenRecord>& tokens) {
  const auto overlap = [](const auto& a, const auto& b) { return a.start < b.end && b.start < a.end; };
  // A call waits for the token request that follows its 401. Any other token request runs in the background.
  std::vector<TokenRecord> refreshes;
  std::vector<TokenRecord> replacements;
  for (const TokenRecord& token : tokens) {
    const auto asked_for_it = [&](const CallRecord& call) { return call.token_refused && overlap(call, token); };
    (std::any_of(calls.begin(), calls.end(), asked_for_it) ? replacements : refreshes).push_back(token);
  }
  std::vector<double> ordinary;
  std::vector<double> at_refresh;
  std::vector<double> at_replacement;
  for (const CallRecord& call : calls) {
    const auto meets = [&](const TokenRecord& token) { return overlap(call, token); };
    const bool replacement = call.token_refused || std::any_of(replacements.begin(), replacements.end(), meets);
    const bool refresh = std::any_of(refreshes.begin(), refreshes.end(), meets);
    auto& kind = replacement ? at_replacement : refresh ? at_refresh : ordinary;
    kind.push_back(std::chrono::duration<double, std::milli>(call.end - call.start).count());
  }
  return {summary(std::move(ordinary)), summary(std::move(at_refresh)), summary(std::move(at_replacement))};
}

void add_to_figures(const Row& row) { figures().rows += to_string(row); }

}  // namespace easypost_connect::interop
