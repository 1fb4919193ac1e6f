// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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

}  // namespace easypost_connect::lives
