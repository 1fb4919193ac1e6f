// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "world.hpp"

namespace easypost_connect::lives {

/// A Step is an action that a program may take on a client at any time.
struct Step {
  const char* name;
  unsigned weight;
  void (*take)(World& world);
};

[[nodiscard]] const std::vector<Step>& all_steps();

/// Draws a step by chance, according to the weights.
[[nodiscard]] const Step& draw_step(Chance& chance);

// forks.cpp has the steps in which a child of fork() uses the client and the calls that it finds.
void fork_idle(World& world);
void fork_with_answers_under_way(World& world);
void fork_in_a_reload(World& world);

// exits.cpp has the step in which another process ends with calls under way.
void exit_of_a_process(World& world);
/// Runs in that process, which is this program called with --exit SEED.
[[nodiscard]] int exit_in_the_middle(std::uint64_t seed);

}  // namespace easypost_connect::lives
