// SPDX-License-Identifier: Apache-2.0
#include "terminal.hpp"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace easypost_connect::tool {
namespace {

constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kWidest = 100;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::size_t width_of(int file_descriptor) {
  winsize size{};
  if (::ioctl(file_descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidest;
  return std::clamp<std::size_t>(size.ws_col, kNarrowest, kWidest);
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::kRed: return "\033[31m";
    case Colour::kGreen: return "\033[32m";
    case Colour::kYellow: return "\033[33m";
    case Colour::kBold: return "\033[1m";
    case Colour::kDim: return "\033[2m";
  }
  return "";
}

}  // namespace

Terminal Terminal::of(int file_descriptor, bool plain) {
  Terminal terminal;
  if (plain) return terminal;
  terminal.unicode = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
  if (::isatty(file_descriptor) != 1) return terminal;
  terminal.width = width_of(file_descriptor);
  terminal.colours = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  return terminal;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  if (!colours) return std::string(text);
  return std::string(code_of(colour)).append(text).append("\033[0m");
}

std::string folded(std::string_view text, std::size_t width, std::size_t indent) {
  if (width == 0) return std::string(text);
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (column > indent && column + 1 + word.size() > width) {
      out.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string labelled(const Terminal& terminal, std::string_view label, std::string_view text) {
  constexpr std::size_t kWidth = 14;
  std::string padded = std::string("  ").append(label);
  padded.resize(kWidth, ' ');
  return terminal.paint(Colour::kDim, padded) + harmless(text) + '\n';
}

std::string harmless(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // U+0080 to U+009F, which are two bytes in UTF-8, control some terminals as well.
    const bool of_two_bytes = byte(i) == 0xc2 && byte(i + 1) >= 0x80 && byte(i + 1) <= 0x9f;
    out += byte(i) < 0x20 || byte(i) == 0x7f || of_two_bytes ? '?' : text[i];
    if (of_two_bytes) ++i;
  }
  return out;
}

}  // namespace easypost_connect::tool
