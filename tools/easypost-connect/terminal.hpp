// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace easypost_connect::tool {

enum class Colour { kRed, kGreen, kYellow, kBold, kDim };

/// Terminal says what may be written to one stream: decided once for each, because one can be a terminal while the
/// other is a file.
struct Terminal {
  bool colours = false;   ///< a terminal that is not dumb, and NO_COLOR is not set (https://no-color.org)
  bool unicode = false;   ///< the locale's encoding is UTF-8
  std::size_t width = 0;  ///< columns; 0: no terminal, lines are not folded

  /// Looks at a file descriptor. `plain`: neither colours nor symbols, whatever that is.
  [[nodiscard]] static Terminal of(int file_descriptor, bool plain = false);

  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;
};

/// `text` in lines of at most `width` columns, each but the first after `indent` blanks; folded at blanks, so a longer
/// word stays whole. Width 0 folds nothing.
[[nodiscard]] std::string folded(std::string_view text, std::size_t width, std::size_t indent);

/// Returns one line of a report: a label in a column of its own, and a text from elsewhere.
[[nodiscard]] std::string labelled(const Terminal& terminal, std::string_view label, std::string_view text);

/// Returns the text without what could control a terminal: for texts that came from elsewhere.
[[nodiscard]] std::string harmless(std::string_view text);

}  // namespace easypost_connect::tool
