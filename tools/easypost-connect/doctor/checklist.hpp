// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "doctor/step.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {

/// Draws an examination for people, one line a step; what to do about a failure stands below it.
class Checklist {
 public:
  explicit Checklist(const Terminal& terminal) : terminal_(terminal) {}

  [[nodiscard]] std::string line(const Step& step) const;
  [[nodiscard]] std::string verdict(const std::vector<Step>& steps) const;

 private:
  [[nodiscard]] std::string symbol(Outcome outcome) const;
  [[nodiscard]] std::string detail(const std::string& text) const;
  [[nodiscard]] std::string below(Colour colour, std::string_view label, std::string_view text) const;

  Terminal terminal_;
};

/// "12.3 ms"; empty for a duration of zero.
[[nodiscard]] std::string to_text(std::chrono::microseconds duration);

}  // namespace easypost_connect::tool
