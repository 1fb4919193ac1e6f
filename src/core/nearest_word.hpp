// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace easypost_connect::internal {

/// The one of `known` that `word` is most likely a misspelling of; empty when more than a third of it would have to be
/// changed. The first one wins a tie.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace easypost_connect::internal
