// SPDX-License-Identifier: Apache-2.0
#include "core/nearest_word.hpp"

#include <algorithm>
#include <cstddef>

namespace easypost_connect::internal {
namespace {

/// The optimal string alignment distance: Levenshtein's, in which a swap of neighbours counts once.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongest = 64;  // the cost grows with the product of the lengths
  if (word.size() > kLongest) return {};
  std::string_view nearest;
  std::size_t least = 0;
  for (const std::string_view candidate : known) {
    const std::size_t changes = distance(word, candidate);
    const bool alike = changes * 3 <= std::max(word.size(), candidate.size());
    if (!alike || (!nearest.empty() && changes >= least)) continue;
    nearest = candidate;
    least = changes;
  }
  return nearest;
}

}  // namespace easypost_connect::internal
