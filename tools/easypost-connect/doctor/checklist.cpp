// SPDX-License-Identifier: Apache-2.0
#include "doctor/checklist.hpp"

#include <algorithm>
#include <cstdio>

#include "error_text.hpp"
#include "exit_code.hpp"

namespace easypost_connect::tool {
namespace {

constexpr std::size_t kNameWidth = 20;
constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kDetailColumn = 4 + kNameWidth + kTimeWidth + 2;
constexpr std::size_t kNarrow = kDetailColumn + 36;  // columns of a terminal
constexpr std::size_t kLabelColumn = 6;
constexpr std::size_t kBelowColumn = kLabelColumn + 6;

std::string left(std::string_view text, std::size_t width) {
  return std::string(text).append(text.size() < width ? width - text.size() : 0, ' ');
}

std::string right(std::string_view text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ').append(text);
}

bool shown_certificate(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.name == step_name::kClientCertificate && step.outcome == Outcome::kPassed;
  });
}

}  // namespace

std::string to_text(std::chrono::microseconds duration) {
  if (duration.count() == 0) return {};
  char text[32] = {};
  std::snprintf(text, sizeof text, "%.1f ms", static_cast<double>(duration.count()) / 1000);
  return text;
}

std::string Checklist::symbol(Outcome outcome) const {
  const bool unicode = terminal_.unicode;
  switch (outcome) {
    case Outcome::kPassed: return terminal_.paint(Colour::kGreen, unicode ? "✔" : "+");
    case Outcome::kWarning: return terminal_.paint(Colour::kYellow, "!");
    case Outcome::kFailed: return terminal_.paint(Colour::kRed, unicode ? "✘" : "x");
    case Outcome::kNotRun: return terminal_.paint(Colour::kDim, unicode ? "–" : "-");
  }
  return " ";
}

std::string Checklist::below(Colour colour, std::string_view label, std::string_view text) const {
  if (text.empty()) return {};
  return std::string(kLabelColumn, ' ') + terminal_.paint(colour, left(label, kBelowColumn - kLabelColumn)) +
         folded(harmless(text), terminal_.width, kBelowColumn) + '\n';
}

/// The finding stands beside the time, or below it where there is no room for a column.
std::string Checklist::detail(const std::string& text) const {
  const bool narrow = terminal_.width != 0 && terminal_.width < kNarrow;
  const std::size_t column = narrow ? kLabelColumn : kDetailColumn;
  return (narrow ? '\n' + std::string(column, ' ') : "  ") + folded(harmless(text), terminal_.width, column) + '\n';
}

std::string Checklist::line(const Step& step) const {
  const std::string name = left(step.name, kNameWidth);
  const std::string begin = "  " + symbol(step.outcome) + ' ';
  if (step.outcome == Outcome::kNotRun) return begin + terminal_.paint(Colour::kDim, name + "not run") + '\n';
  const std::string time = terminal_.paint(Colour::kDim, right(to_text(step.duration), kTimeWidth));
  if (!step.error) return begin + name + time + detail(step.detail) + below(Colour::kYellow, "do", step.advice);
  const Error& error = *step.error;
  return begin + terminal_.paint(Colour::kBold, name) + time + "  " +
         terminal_.paint(Colour::kRed, to_string(error.factor)) + '\n' + below(Colour::kDim, "what", error.message) +
         below(Colour::kDim, "seen", seen_text(error)) + below(Colour::kBold, "do", error.remedy);
}

std::string Checklist::verdict(const std::vector<Step>& steps) const {
  const Step* failure = first_failure(steps);
  if (failure == nullptr) {
    const char* text = shown_certificate(steps)
                           ? "All three layers work."
                           : "API key and token work. Nobody asked for the client certificate: it is untried.";
    return "  " + terminal_.paint(Colour::kGreen, text) + '\n';
  }
  const Factor factor = failure->error->factor;
  return "  " + terminal_.paint(Colour::kRed, "Look first at: " + std::string(to_string(factor))) + " (exit status " +
         std::to_string(exit_code(factor)) + ")\n";
}

}  // namespace easypost_connect::tool
