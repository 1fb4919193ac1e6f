// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "world.hpp"

namespace easypost_connect::lives {

/// One thing that a program may do to a client at any time.
struct Step {
  const char* name;
  unsigned weight;
  void (*take)(World& world);
};

[[nodiscard]] const std::vector<Step>& all_steps();

/// One by chance, by the weights.
[[nodiscard]] const Step& draw_step(Chance& chance);

// In forks.cpp: what a child of fork() does with the client and the calls that it finds.
void fork_idle(World& world);
void fork_with_answers_under_way(World& world);
void fork_in_a_reload(World& world);

// In exits.cpp: a process of its own ends with calls under way.
void exit_of_a_process(World& world);
/// What that process does: this program, called with --exit SEED.
[[nodiscard]] int exit_in_the_middle(std::uint64_t seed);

}  // namespace easypost_connect::lives
