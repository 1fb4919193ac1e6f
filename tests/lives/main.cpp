// SPDX-License-Identifier: Apache-2.0
// This program starts calls of all kinds in a random order, cancels them, reloads, forks, and ends clients at any
// moment. After each round every call has ended once, and no thread, descriptor or memory is left.
//   EASYPOST_CONNECT_LIVES_SECONDS  how long it runs; default: 10
//   EASYPOST_CONNECT_LIVES_SEED     seed of the first round; each next round adds one; default: by chance
//   EASYPOST_CONNECT_LIVES_ROUNDS   number of rounds, instead of the seconds
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "resources.hpp"
#include "steps.hpp"
#include "trace.hpp"

namespace easypost_connect::lives {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// The first rounds fill the memory that the libraries keep for good.
constexpr unsigned kWarmRounds = 20;
constexpr unsigned kLeakCheckEvery = 50;
constexpr std::size_t kMostSteps = 40;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const value = std::getenv((std::string("EASYPOST_CONNECT_LIVES_") + name).c_str());
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

void play_round(const Server& server, std::uint64_t seed) {
  trace::begin(seed);
  const auto world = std::make_shared<World>(server, seed);
  for (std::size_t left = 1 + world->chance.below(kMostSteps); left > 0; --left) {
    const Step& step = draw_step(world->chance);
    trace::note(step.name);
    step.take(*world);
  }
  trace::note("the end");
  world->finish();
}

/// Threads that have been joined may be listed for a moment yet.
void check_resources(const Resources& before) {
  constexpr auto kPatience = std::chrono::seconds(30);
  const auto start = SteadyClock::now();
  Resources now = Resources::now();
  while (!now.within(before) && SteadyClock::now() - start < kPatience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    now = Resources::now();
  }
  if (!now.within(before))
    trace::fail("left more than there was: " + now.describe() + "; before: " + before.describe());
}

int run() {
  trace::install();
  const Server server;
  const std::uint64_t seed = setting("SEED", std::random_device()());
  const std::uint64_t rounds = setting("ROUNDS", 0);
  const auto end = SteadyClock::now() + std::chrono::seconds(setting("SECONDS", 10));
  Resources before;
  std::uint64_t round = 0;
  for (; rounds > 0 ? round < rounds : SteadyClock::now() < end; ++round) {
    play_round(server, seed + round);
    if (round >= kWarmRounds) check_resources(before);
    if (round < kWarmRounds) before = Resources::now();
    if (round % kLeakCheckEvery == 0) look_for_leaks();
  }
  std::printf("%llu rounds from seed %llu: every call ended once, and nothing was left (%s)\n",
              static_cast<unsigned long long>(round), static_cast<unsigned long long>(seed),
              Resources::now().describe().c_str());
  return 0;
}

}  // namespace
}  // namespace easypost_connect::lives

int main(int argc, char** argv) {
  using namespace easypost_connect::lives;
  try {
    if (argc == 3 && std::string(argv[1]) == "--exit") return exit_in_the_middle(std::strtoull(argv[2], nullptr, 10));
    return run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "lives: %s\n", failure.what());
    return 1;
  }
}
