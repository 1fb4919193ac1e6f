// SPDX-License-Identifier: Apache-2.0
#include "comparison/scenarios.hpp"

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <thread>

#include "comparison/meter.hpp"

namespace easypost_connect::benchmark {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
constexpr Seconds kLongEnough{60};

/// One after the other; returns how many answers came over a resumed TLS session.
std::uint64_t call_in_turn(Caller& caller, Load& load) {
  std::uint64_t resumed = 0;
  for (bool more = load.start(); more;) {
    const auto sent = Clock::now();
    const std::string& body = caller.get();
    more = load.next(sent);
    if (body.find(R"("resumed":"r")") != std::string::npos) ++resumed;
  }
  return resumed;
}

void warm_up(Caller& caller, std::size_t calls) {
  Load load(kLongEnough, calls);
  call_in_turn(caller, load);
}

Outcome measured(const Meter& meter) {
  Outcome outcome;
  outcome.cpu_seconds = meter.cpu_seconds();
  outcome.seconds = meter.seconds();
  return outcome;
}

void add(Outcome& outcome, const Load& load) {
  outcome.requests += load.latencies().size();
  outcome.latencies.insert(outcome.latencies.end(), load.latencies().begin(), load.latencies().end());
}

Outcome in_turn(const Task& task, std::size_t warm_up_calls) {
  const auto client = make_client();
  const auto caller = client->caller(task.path);
  warm_up(*caller, warm_up_calls);
  Load load(Seconds(task.amount), kNoLimit);
  const Meter meter;
  const std::uint64_t resumed = call_in_turn(*caller, load);
  Outcome outcome = measured(meter);
  add(outcome, load);
  outcome.resumed = resumed;
  return outcome;
}

void in_parallel(std::size_t threads, const std::function<void(std::size_t)>& work) {
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i) running.emplace_back(work, i);
  for (auto& thread : running) thread.join();
}

Outcome with_threads(const Task& task) {
  const auto client = make_client();
  std::vector<std::unique_ptr<Caller>> callers;
  for (std::size_t i = 0; i < task.width; ++i) callers.push_back(client->caller(task.path));
  in_parallel(task.width, [&](std::size_t i) { warm_up(*callers[i], 100); });

  std::vector<std::unique_ptr<Load>> loads;
  for (std::size_t i = 0; i < task.width; ++i) loads.push_back(std::make_unique<Load>(Seconds(task.amount), kNoLimit));
  const Meter meter;
  in_parallel(task.width, [&](std::size_t i) { call_in_turn(*callers[i], *loads[i]); });
  Outcome outcome = measured(meter);
  for (const auto& load : loads) add(outcome, *load);
  return outcome;
}

Outcome in_flight(const Task& task) {
  const auto client = make_client();
  Load warming_up(kLongEnough, 10 * task.width);
  client->keep_in_flight(warming_up, task.width, task.path);
  Load load(Seconds(task.amount), kNoLimit);
  const Meter meter;
  client->keep_in_flight(load, task.width, task.path);
  Outcome outcome = measured(meter);
  add(outcome, load);
  return outcome;
}

/// From main() to the first answer, the token and all that a client loads included. Its latency is that of the first
/// call alone for a client that was warmed up.
Outcome cold(const Task& task, Clock::time_point started) {
  const auto client = make_client();
  const bool warm = task.scenario == "warmed_up" && client->warm_up();
  const auto wanted = warm ? Clock::now() : started;
  client->caller(task.path)->get();
  Outcome outcome;
  outcome.latencies.push_back(std::chrono::duration<float, std::micro>(Clock::now() - wanted).count());
  outcome.requests = 1;
  outcome.seconds = Seconds(Clock::now() - started).count();
  outcome.cpu_seconds = process_cpu_seconds();
  return outcome;
}

Outcome download(const Task& task) {
  const auto client = make_client();
  const Meter meter;
  const std::uint64_t bytes = client->download(task.path);
  Outcome outcome = measured(meter);
  outcome.bytes = bytes;
  return outcome;
}

Outcome upload(const Task& task) {
  const auto client = make_client();
  const auto size = static_cast<std::uint64_t>(task.amount);
  const Meter meter;
  const std::string answer = client->upload(task.path, size);
  Outcome outcome = measured(meter);
  outcome.bytes = std::stoull(answer);  // the sink answers how much it got
  return outcome;
}

}  // namespace

Outcome run(const Task& task, Clock::time_point started) {
  const std::map<std::string, std::function<Outcome()>> scenarios = {
      {"sequential", [&] { return in_turn(task, 200); }}, {"connections", [&] { return in_turn(task, 3); }},
      {"threads", [&] { return with_threads(task); }},    {"in_flight", [&] { return in_flight(task); }},
      {"cold", [&] { return cold(task, started); }},      {"warmed_up", [&] { return cold(task, started); }},
      {"download", [&] { return download(task); }},       {"upload", [&] { return upload(task); }}};
  const auto scenario = scenarios.find(task.scenario);
  if (scenario == scenarios.end()) throw std::invalid_argument("no such scenario: " + task.scenario);
  return scenario->second();
}

}  // namespace easypost_connect::benchmark
