// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace easypost_connect::tool {
namespace {

/// Text of several lines stays in lines.
std::string harmless_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find_first_of("\n\t");
    std::string_view part = text.substr(0, end);
    if (end != std::string_view::npos && text[end] == '\n' && !part.empty() && part.back() == '\r')
      part.remove_suffix(1);
    out += harmless(part);
    if (end == std::string_view::npos) break;
    out += text[end];
    text.remove_prefix(end + 1);
  }
  return out;
}

/// The end of the JSON string that begins at `begin`: behind its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
  std::size_t i = begin + 1;
  while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2U : 1U;
  return i + 1;
}

}  // namespace

std::string indented(std::string_view json) {
  constexpr std::size_t kDeepest = 32;  // lines that are nested deeper are not moved further
  std::string out;
  std::size_t depth = 0;
  const auto new_line = [&] { out.append("\n").append(2 * std::min(depth, kDeepest), ' '); };
  for (std::size_t i = 0; i < json.size();) {
    const char c = json[i];
    const std::size_t end = c == '"' ? end_of_string(json, i) : i + 1;
    const std::string_view token = json.substr(i, end - i);
    i = end;
    if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) continue;
    const bool first = !out.empty() && (out.back() == '{' || out.back() == '[');
    const bool closes = c == '}' || c == ']';
    if (closes) --depth;
    if (first != closes) new_line();
    out.append(token);
    if (c == '{' || c == '[') ++depth;
    if (c == ',') new_line();
    if (c == ':') out += ' ';
  }
  return out;
}

std::string head_of(const Response& answer, const Terminal& terminal) {
  const bool raw = terminal.width == 0;
  const char* line_end = raw ? "\r\n" : "\n";
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + line_end;
  for (const auto [name, value] : answer.headers) {
    head.append(name).append(": ").append(raw ? std::string(value) : harmless(value)).append(line_end);
  }
  return head + line_end;
}

std::string body_of(const Response& answer, const Terminal& terminal) {
  const std::string& body = answer.body;
  if (terminal.width == 0 || body.empty()) return body;
  if (body.find('\0') != std::string::npos) {
    return "(" + std::to_string(body.size()) +
           " bytes that are no text: --output FILE saves them, a pipe takes them)\n";
  }
  std::string text = harmless_lines(nlohmann::json::accept(body) ? indented(body) : body);
  if (text.back() != '\n') text += '\n';
  return text;
}

}  // namespace easypost_connect::tool
