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

/// Makes the calls one after the other; each answer goes to `look`.
template <typename Look>
void call_in_turn(Caller& caller, Load& load, const Look& look) {
  for (bool more = load.start(); more;) {
    const auto sent = Clock::now();
    look(caller.get());
    more = load.next(sent);
  }
}

void call_in_turn(Caller& caller, Load& load) {
  call_in_turn(caller, load, [](const std::string& /*answer*/) {});
}

void warm_up(Caller& caller, std::size_t calls) {
  Load load(kLongEnough, calls);
  call_in_turn(caller, load);
}

Outcome measured(Meter& meter) {
  meter.stop();
  Outcome outcome;
  outcome.cpu_seconds = meter.cpu_seconds();
  outcome.seconds = meter.seconds();
  return outcome;
}

void add(Outcome& outcome, const Load& load) {
  outcome.requests += load.latencies().size();
  outcome.latencies.insert(outcome.latencies.end(), load.latencies().begin(), load.latencies().end());
}

Outcome in_turn(const Task& task) {
  const auto client = make_client();
  const auto caller = client->caller(task.path);
  warm_up(*caller, 200);
  Load load(Seconds(task.amount), kNoLimit);
  Meter meter;
  call_in_turn(*caller, load);
  Outcome outcome = measured(meter);
  add(outcome, load);
  return outcome;
}

/// The server ends each with its answer, in which it says whether the TLS session was resumed.
Outcome connections(const Task& task) {
  const auto client = make_client();
  const auto caller = client->caller(task.path);
  warm_up(*caller, 3);
  Load load(Seconds(task.amount), kNoLimit);
  std::uint64_t resumed = 0;
  const auto look = [&resumed](const std::string& answer) {
    if (answer.find(R"("resumed":"r")") != std::string::npos) ++resumed;
  };
  Meter meter;
  call_in_turn(*caller, load, look);
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
  Meter meter;
  in_parallel(task.width, [&](std::size_t i) { call_in_turn(*callers[i], *loads[i]); });
  Outcome outcome = measured(meter);
  for (const auto& load : loads) add(outcome, *load);
  return outcome;
}

/// Measures what a user waits for: so many calls, the client and its token included.
Outcome race(const Task& task) {
  Meter meter;
  Load load(kLongEnough, static_cast<std::size_t>(task.amount));
  const auto client = make_client();
  client->keep_in_flight(load, task.width, task.path);
  Outcome outcome = measured(meter);
  add(outcome, load);
  return outcome;
}

Outcome in_flight(const Task& task) {
  const auto client = make_client();
  Load warming_up(kLongEnough, 10 * task.width);
  client->keep_in_flight(warming_up, task.width, task.path);
  Load load(Seconds(task.amount), kNoLimit);
  Meter meter;
  client->keep_in_flight(load, task.width, task.path);
  Outcome outcome = measured(meter);
  add(outcome, load);
  return outcome;
}

/// Measures from main() to the first answer, the token and all that a client loads included. Its latency is that of the
/// first call alone for a client that was warmed up.
Outcome cold(const Task& task) {
  const auto client = make_client();
  const bool warm = task.scenario == "warmed_up" && client->warm_up();
  const auto wanted = warm ? Clock::now() : task.started;
  client->caller(task.path)->get();
  Outcome outcome;
  outcome.latencies.push_back(std::chrono::duration<float, std::micro>(Clock::now() - wanted).count());
  outcome.requests = 1;
  outcome.seconds = Seconds(Clock::now() - task.started).count();
  outcome.cpu_seconds = process_cpu_seconds();
  return outcome;
}

Outcome download(const Task& task) {
  const auto client = make_client();
  Meter meter;
  const std::uint64_t bytes = client->download(task.path);
  Outcome outcome = measured(meter);
  outcome.bytes = bytes;
  return outcome;
}

Outcome upload(const Task& task) {
  const auto client = make_client();
  const auto size = static_cast<std::uint64_t>(task.amount);
  Meter meter;
  const std::string answer = client->upload(task.path, size);
  Outcome outcome = measured(meter);
  outcome.bytes = std::stoull(answer);  // the sink answers how much it got
  return outcome;
}

}  // namespace

void Client::keep_in_flight(Load& load, std::size_t width, const std::string& path) {
  in_parallel(width, [&](std::size_t /*i*/) { call_in_turn(*caller(path), load); });
}

Outcome run(const Task& task) {
  const std::map<std::string, Outcome (*)(const Task&)> scenarios = {{"sequential", in_turn},
                                                                     {"connections", connections},
                                                                     {"threads", with_threads},
                                                                     {"in_flight", in_flight},
                                                                     {"race", race},
                                                                     {"cold", cold},
                                                                     {"warmed_up", cold},
                                                                     {"download", download},
                                                                     {"upload", upload}};
  const auto scenario = scenarios.find(task.scenario);
  if (scenario == scenarios.end()) throw std::invalid_argument("no such scenario: " + task.scenario);
  return scenario->second(task);
}

}  // namespace easypost_connect::benchmark
